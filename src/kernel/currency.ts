import { AppError } from './errors.js';

/** @throws AppError `validation_failed` for a code that ISO 4217 does not list, as far as the runtime's CLDR data knows */
export function assertCurrency(currency: string): void {
  if (Intl.supportedValuesOf('currency').includes(currency)) return;
  const message = `"${currency}" is not an ISO 4217 currency`;
  throw new AppError('validation_failed', message, {
    errors: [{ field: 'currency', code: 'currency', message }],
  });
}

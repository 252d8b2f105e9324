export type MoneyErrorCode = 'invalid_money' | 'money_negative' | 'money_too_precise' | 'money_too_large';

/** Why a text is not an amount; the message is fit for the person who wrote it. */
export class MoneyError extends Error {
  constructor(
    readonly code: MoneyErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'MoneyError';
  }
}

const exponents = new Map<string, number>();

/**
 * Decimals of a currency's minor unit by ISO 4217, as the runtime's CLDR data has them: EUR 2, JPY 0, KWD 3.
 * A well-formed code that CLDR does not know counts as 2; anything else throws RangeError.
 */
export function currencyExponent(currency: string): number {
  let exponent = exponents.get(currency);
  if (exponent === undefined) {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    exponent = format.resolvedOptions().maximumFractionDigits ?? 2;
    exponents.set(currency, exponent);
  }
  return exponent;
}

/** No amount needs more characters; longer texts are refused before any pattern sees them. */
const MAX_TEXT = 64;
const DECIMAL = /^(\d+)(?:\.(\d+))?$|^\.(\d+)$/;

/**
 * Plain decimal text to integer minor units, exactly: `parseMoney('42.99', 'EUR')` is 4299. Outer spaces and
 * trailing zeros ('42.990') are accepted; signs, exponents, currency symbols and thousands separators are not.
 * @throws MoneyError with a stable code
 */
export function parseMoney(text: string, currency: string): number {
  const trimmed = text.trim();
  const exponent = currencyExponent(currency);
  if (trimmed.length > MAX_TEXT)
    throw new MoneyError('invalid_money', `"${short(trimmed)}" is too long for an amount`);
  const match = DECIMAL.exec(trimmed);
  if (!match) throw notMoney(trimmed);
  const fraction = (match[2] ?? match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > exponent) {
    throw new MoneyError(
      'money_too_precise',
      `"${short(trimmed)}" has more than ${exponent} decimals for ${currency}`,
    );
  }
  const minor = Number((match[1] ?? '0') + fraction.padEnd(exponent, '0'));
  if (!Number.isSafeInteger(minor))
    throw new MoneyError('money_too_large', `"${short(trimmed)}" is too large`);
  return minor;
}

/**
 * Integer minor units to plain decimal text with all decimals of the currency: `formatMoney(4200, 'EUR')` is
 * '42.00'. The inverse of `parseMoney`.
 * @throws RangeError when the amount is not a safe integer ≥ 0
 */
export function formatMoney(minor: number, currency: string): string {
  if (!Number.isSafeInteger(minor) || minor < 0)
    throw new RangeError(`${minor} is not an amount in minor units`);
  const exponent = currencyExponent(currency);
  const digits = String(minor).padStart(exponent + 1, '0');
  return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

function notMoney(text: string): MoneyError {
  if (text === '') return new MoneyError('invalid_money', 'an amount is missing');
  if (/^[-−]\s*[\d.]/.test(text)) return new MoneyError('money_negative', `"${short(text)}" is negative`);
  if (/^\d[\d.,'’\s]*$/.test(text)) {
    return new MoneyError(
      'invalid_money',
      `"${short(text)}" is not a plain decimal number: write no thousands separators and a point before the decimals`,
    );
  }
  return new MoneyError('invalid_money', `"${short(text)}" is not a plain decimal number such as 42.99`);
}

const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

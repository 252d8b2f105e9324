const SCALE_DIGITS = 6;
const SCALE = 10n ** BigInt(SCALE_DIGITS);

/** A decimal number ≥ 0 as text, with at most six decimals: what `timesDecimal` multiplies by. */
export const DECIMAL_TEXT = /^\d{1,9}(?:\.\d{1,6})?$/;

/**
 * `quantity / divisor × factor` as an integer, exactly, halves rounded up: 1 250 g at `0.125` per 1 000 g is 0.15625,
 * hence 0. Nothing passes through a binary fraction.
 * @throws RangeError for what is not decimal text, a quantity that is no integer ≥ 0, or a result beyond 2^53
 */
export function timesDecimal(factor: string, quantity: number, divisor: number): number {
  if (!DECIMAL_TEXT.test(factor)) throw new RangeError(`"${factor}" is not a decimal number`);
  if (!Number.isSafeInteger(quantity) || quantity < 0) throw new RangeError(`${quantity} is not a quantity`);
  const [whole = '', fraction = ''] = factor.split('.');
  const scaled = BigInt(whole + fraction.padEnd(SCALE_DIGITS, '0'));
  const denominator = SCALE * BigInt(divisor);
  const result = Number((scaled * BigInt(quantity) * 2n + denominator) / (denominator * 2n));
  if (!Number.isSafeInteger(result)) throw new RangeError('The amount is too large');
  return result;
}

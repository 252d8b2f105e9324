/** A rate of one: rates are whole parts per million, so that 8.875 % (88 750) is exact. */
export const WHOLE_RATE = 1_000_000;

/**
 * Splits an amount by weights into whole units that add up to it exactly: each part is rounded down, what is left goes
 * one by one to the largest remainders, ties to the first (Hare's method). Without any weight the parts are equal.
 * @throws RangeError for a negative or unsafe amount or weight, or an amount without parts
 */
export function allocate(amount: number, weights: readonly number[]): number[] {
  for (const value of [amount, ...weights]) {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a whole amount`);
  }
  if (weights.length === 0) {
    if (amount === 0) return [];
    throw new RangeError('There is nothing to split the amount over');
  }
  const given = weights.map(BigInt);
  const sum = given.reduce((total, weight) => total + weight, 0n);
  const effective = sum === 0n ? given.map(() => 1n) : given;
  const total = sum === 0n ? BigInt(given.length) : sum;
  const whole = BigInt(amount);
  const parts = effective.map((weight) => (whole * weight) / total);
  const remainders = effective.map((weight, at) => ({ at, rest: (whole * weight) % total }));
  let left = whole - parts.reduce((a, b) => a + b, 0n);
  for (const { at } of remainders.sort((a, b) =>
    a.rest === b.rest ? a.at - b.at : a.rest > b.rest ? -1 : 1,
  )) {
    if (left === 0n) break;
    parts[at] = (parts[at] ?? 0n) + 1n;
    left--;
  }
  return parts.map(Number);
}

/**
 * `amount · numerator / denominator`, rounded half up, without losing a digit on the way.
 * @throws RangeError when the result is not a safe integer
 */
export function proportion(amount: number, numerator: number, denominator: number): number {
  const [a, n, d] = [BigInt(amount), BigInt(numerator), BigInt(denominator)];
  return safe((2n * a * n + d) / (2n * d));
}

/** What of a line's amount `count` of its `quantity` pieces are worth: all pieces together give the amount exactly. */
export function amountOfFirst(amount: number, count: number, quantity: number): number {
  return Number((BigInt(amount) * BigInt(count)) / BigInt(quantity));
}

/** The product of a price and a quantity. @throws RangeError when it is not a safe integer */
export function times(price: number, quantity: number): number {
  return safe(BigInt(price) * BigInt(quantity));
}

/** The sum of amounts. @throws RangeError when it is not a safe integer */
export function sum(amounts: readonly number[]): number {
  return safe(amounts.reduce((total, amount) => total + BigInt(amount), 0n));
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)) {
    throw new RangeError('The amount is too large to be kept exactly');
  }
  return Number(value);
}

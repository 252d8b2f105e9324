/** Deterministic pseudo-random numbers (mulberry32, public domain): the same seed gives the same catalogue. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)] as T;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** `count` of the list, in the list's order. */
  some<T>(list: readonly T[], count: number): T[] {
    const start = this.int(0, Math.max(0, list.length - count));
    return list.slice(start, start + count);
  }
}

/** A bijection of 0 … size-1 that looks shuffled: every combination once, in no visible order, without a list. */
export function scatter(index: number, size: number, seed: number): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  let step = Math.max(1, Math.floor(size * 0.6180339887));
  while (gcd(step, size) !== 1) step += 1;
  return ((seed % size) + index * step) % size;
}

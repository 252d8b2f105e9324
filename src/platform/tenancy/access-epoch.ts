import { Injectable } from '@nestjs/common';

/**
 * How long a guard's decision may be repeated for the same caller asking the same (`RepeatLane`). What the guards
 * remember, they remember for as much less, so that the two together stay within what ADR 0003 promises.
 */
export const PASS_MS = 1_000;

/**
 * Counts up whenever this process learns that a caller may do less or is limited otherwise: a key revoked, a shop or
 * an override changed. Whatever was remembered of a decision under an older count is void.
 */
@Injectable()
export class AccessEpoch {
  private count = 0;

  get current(): number {
    return this.count;
  }

  advance(): void {
    this.count++;
  }
}

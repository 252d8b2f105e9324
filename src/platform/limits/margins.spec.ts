import { Margins } from './margins.js';
import type { Quota, Verdict } from './quota.js';

const QUOTA: Quota = { limit: 1_000, windowMs: 60_000 };

const verdict = (remaining: number): Verdict => ({
  ...{ allowed: true, remaining, resetMs: 1_000, retryMs: 0 },
  receipt: { store: 'redis', entry: 1 },
});

describe('requests let through before they are counted', () => {
  let now: number;
  let counted: number[];
  let answer: (remaining: number) => void;
  let margins: Margins;

  beforeEach(() => {
    now = 0;
    counted = [];
    margins = new Margins(
      (key, quota, requests) => {
        counted.push(requests);
        return new Promise((resolve) => {
          answer = (remaining) => {
            margins.note(key, quota, verdict(remaining));
            resolve();
          };
        });
      },
      () => now,
    );
  });

  const takes = (times: number, quota = QUOTA) =>
    Array.from({ length: times }, () => margins.take('caller', quota)?.remaining);
  /** Until what was let through is on its way to be counted, `calls` times by now. */
  const sent = async (calls: number) => {
    while (counted.length < calls) await new Promise((resolve) => setImmediate(resolve));
  };

  it('are a hundredth of the limit at most, and counted together', async () => {
    margins.note('caller', QUOTA, verdict(500));
    expect(takes(11)).toEqual([499, 498, 497, 496, 495, 494, 493, 492, 491, 490, undefined]);
    await sent(1);
    expect(takes(1)).toEqual([undefined]);
    answer(490);
    await new Promise((resolve) => setImmediate(resolve));
    expect(takes(2)).toEqual([489, 488]);
    await sent(2);
    expect(counted).toEqual([10, 2]);
  });

  it('are none close to the limit, after a while without a count, or of another limit', () => {
    margins.note('caller', QUOTA, verdict(101));
    expect(takes(2)).toEqual([100, undefined]);
    margins.note('other', QUOTA, verdict(900));
    expect(margins.take('other', { ...QUOTA, limit: 2_000 })).toBeUndefined();
    now = 101;
    expect(margins.take('other', QUOTA)).toBeUndefined();
    expect(margins.take('stranger', QUOTA)).toBeUndefined();
  });

  it('are none of a caller whose limit is small', () => {
    const small = { limit: 99, windowMs: 60_000 };
    margins.note('caller', small, verdict(98));
    expect(takes(1, small)).toEqual([undefined]);
  });
});

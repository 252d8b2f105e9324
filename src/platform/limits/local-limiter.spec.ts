import fc from 'fast-check';
import { LocalLimiter } from './local-limiter.js';
import { grainMs, type Quota } from './quota.js';

/** Times of the accepted requests among those sent after the given pauses. */
function accepted(quota: Quota, pauses: readonly number[]): { sent: number[]; taken: number[] } {
  let now = 0;
  const limiter = new LocalLimiter(() => now);
  const sent: number[] = [];
  const taken: number[] = [];
  for (const pause of pauses) {
    now += pause;
    sent.push(now);
    if (limiter.take('caller', quota).allowed) taken.push(now);
  }
  return { sent, taken };
}

const within = (times: readonly number[], from: number, to: number): number =>
  times.filter((time) => time > from && time <= to).length;

describe('the sliding window', () => {
  const windows = fc.record({
    limit: fc.integer({ min: 1, max: 200 }),
    windowMs: fc.integer({ min: 60, max: 2_000 }),
  });
  const pauses = fc.array(
    fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 900 })),
    {
      minLength: 1,
      maxLength: 600,
    },
  );

  it('never lets more than the limit through in any span of a window', () => {
    fc.assert(
      fc.property(windows, pauses, (quota, gaps) => {
        const { taken } = accepted(quota, gaps);
        for (const time of taken) {
          expect(within(taken, time - quota.windowMs, time)).toBeLessThanOrEqual(quota.limit);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('refuses nobody who stays a 60th of the window clear of the limit', () => {
    fc.assert(
      fc.property(windows, pauses, (quota, gaps) => {
        const { sent, taken } = accepted(quota, gaps);
        for (const time of sent) {
          if (taken.includes(time)) continue;
          const before = within(taken, time - quota.windowMs - grainMs(quota) - 1, time);
          expect(before).toBeGreaterThanOrEqual(quota.limit);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('has no edge: a full window just before any instant leaves nothing just after it', () => {
    const quota = { limit: 50, windowMs: 1_000 };
    const burst = Array.from({ length: 50 }, () => 0);
    const { taken } = accepted(quota, [990, ...burst, 20, ...burst, 979, 2, ...burst]);
    expect(within(taken, 0, 1_010)).toBe(50);
    expect(within(taken, 1_010, 1_989)).toBe(0);
    expect(within(taken, 1_989, 2_000)).toBe(50);
  });

  it('says what is left and when more comes', () => {
    let now = 0;
    const limiter = new LocalLimiter(() => now);
    const quota = { limit: 2, windowMs: 1_000 };
    expect(limiter.take('a', quota)).toMatchObject({
      allowed: true,
      remaining: 1,
      resetMs: 1_000,
      retryMs: 0,
    });
    now = 400;
    expect(limiter.take('a', quota)).toMatchObject({ allowed: true, remaining: 0, resetMs: 600 });
    now = 700;
    expect(limiter.take('a', quota)).toMatchObject({
      allowed: false,
      remaining: 0,
      resetMs: 300,
      retryMs: 300,
    });
    expect(limiter.take('b', quota)).toMatchObject({ allowed: true, remaining: 1 });
  });

  it('draws on the burst only when the window is full, and on the window first', () => {
    let now = 0;
    const limiter = new LocalLimiter(() => now);
    const quota = { limit: 2, windowMs: 1_000, burst: { limit: 1, windowMs: 10_000 } };
    const take = () => limiter.take('a', quota).allowed;
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
    now = 1_001;
    expect([take(), take(), take()]).toEqual([true, true, false]);
    now = 10_001;
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
  });

  it('gives back what was taken, once', () => {
    const limiter = new LocalLimiter(() => 0);
    const quota = { limit: 1, windowMs: 1_000 };
    const { receipt } = limiter.take('a', quota);
    expect(limiter.take('a', quota).allowed).toBe(false);
    limiter.refund('a', receipt);
    limiter.refund('a', receipt);
    expect(limiter.take('a', quota).allowed).toBe(true);
    expect(limiter.take('a', quota).allowed).toBe(false);
  });

  it('goes on from the count of all instances when it takes over', () => {
    let now = 0;
    const limiter = new LocalLimiter(() => now);
    const quota = { limit: 10, windowMs: 1_000 };
    const verdict = {
      allowed: true,
      remaining: 2,
      resetMs: 1,
      retryMs: 0,
      receipt: { store: 'redis' as const, entry: 1 },
    };
    limiter.observe('a', quota, verdict);
    const taken = () =>
      Array.from({ length: 20 }, () => limiter.take('a', quota)).filter(({ allowed }) => allowed).length;
    expect(taken()).toBe(2);
    now = 500; // half of the eight have left
    expect(taken()).toBe(4);
    now = 1_000;
    expect(taken()).toBe(6);
    limiter.observe('a', quota, { ...verdict, remaining: 0 });
    const refused = limiter.take('a', quota);
    expect(refused).toMatchObject({ allowed: false, remaining: 0, retryMs: 100 });
    now = 1_100;
    expect(limiter.take('a', quota).allowed).toBe(true);
  });
});

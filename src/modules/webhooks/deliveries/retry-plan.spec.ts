import { readConfig } from '../../../config/config.js';
import { retryAfterMs, verdictOf } from './retry-plan.js';

const SCHEDULE = readConfig({
  MONGODB_URI: 'mongodb://db',
  REDIS_URL: 'redis://queue',
  SECRET_KEY: 'x'.repeat(32),
}).webhooks.retrySeconds;
const DAY_MS = 86_400_000;

describe('what follows from a try of a webhook', () => {
  const pauses = (random: number) =>
    SCHEDULE.map((_, tries) => {
      const verdict = verdictOf({ status: 500 }, tries + 1, SCHEDULE, () => random);
      return verdict.kind === 'retry' ? verdict.afterMs : NaN;
    });

  it('by default: tries for more than three days, each pause longer than the one before, a fifth at random', () => {
    const [least, most] = [pauses(0), pauses(1)];
    const sum = (all: number[]) => all.reduce((a, b) => a + b, 0);
    expect(sum(least)).toBeGreaterThan(3 * DAY_MS);
    expect(sum(most) / sum(least)).toBeCloseTo(1.2);
    expect(least).toEqual(least.toSorted((a, b) => a - b));
    expect(verdictOf({ status: 500 }, SCHEDULE.length + 1, SCHEDULE)).toEqual({ kind: 'failed' });
  });

  it.each([
    [200, 'delivered'],
    [204, 'delivered'],
    [301, 'retry'],
    [404, 'retry'],
    [410, 'gone'],
    [500, 'retry'],
    [null, 'retry'],
  ])('of an answer %s: %s', (status, kind) => {
    expect(verdictOf({ status }, 1, SCHEDULE).kind).toBe(kind);
  });

  it.each([
    [429, 60_000, 60_000],
    [503, 10 * DAY_MS, DAY_MS],
    [400, 60_000, undefined],
  ])(
    'Retry-After of a %i pauses the endpoint if it speaks of the endpoint, a day at most',
    (status, asked, pause) => {
      const verdict = verdictOf({ status, retryAfterMs: asked }, 1, SCHEDULE, () => 0);
      expect(verdict).toMatchObject({ kind: 'retry', afterMs: Math.min(asked, DAY_MS) });
      expect('pauseMs' in verdict ? verdict.pauseMs : undefined).toBe(pause);
    },
  );

  it('reads Retry-After as seconds and as a date, and nothing else', () => {
    const now = new Date('2026-11-22T07:00:00Z');
    expect(retryAfterMs('120', now)).toBe(120_000);
    expect(retryAfterMs('Sun, 22 Nov 2026 07:05:00 GMT', now)).toBe(300_000);
    expect(retryAfterMs('Sun, 22 Nov 2026 06:00:00 GMT', now)).toBe(0);
    for (const nonsense of [undefined, '', 'soon', '-1', '1e9', '9'.repeat(20)])
      expect(retryAfterMs(nonsense, now) ?? 0).toBe(0);
  });
});

import { missedSlot } from './missed-slot.js';

const at = (text: string) => new Date(text);

describe('a slot that was missed', () => {
  it.each([
    [
      'the time zone says when',
      '0 2 * * *',
      'Europe/Berlin',
      '2026-11-22T00:30Z',
      '2026-11-22T05:00Z',
      '01:00',
    ],
    [
      'in another it is another',
      '0 2 * * *',
      'America/New_York',
      '2026-11-22T00:30Z',
      '2026-11-22T12:00Z',
      '07:00',
    ],
    [
      'in summer it is an hour earlier',
      '0 2 * * *',
      'Europe/Berlin',
      '2026-07-01T22:00Z',
      '2026-07-02T05:00Z',
      '00:00',
    ],
    ['of many the latest', '*/15 * * * *', 'UTC', '2026-11-22T00:00Z', '2026-11-22T03:20Z', '03:15'],
  ])('%s (%s, %s)', (_, cron, zone, last, now, slot) => {
    expect(missedSlot(cron, zone, at(last), at(now))?.toISOString().slice(11, 16)).toBe(slot);
  });

  it('is none before its time, within the minute in which the clock may still start it, or once it was started', () => {
    const daily = (last: string, now: string) => missedSlot('0 2 * * *', 'UTC', at(last), at(now));
    expect(daily('2026-11-21T02:00Z', '2026-11-22T01:59Z')).toBeUndefined();
    expect(daily('2026-11-21T02:00Z', '2026-11-22T02:00:30Z')).toBeUndefined();
    expect(daily('2026-11-22T02:00Z', '2026-11-22T23:00Z')).toBeUndefined();
    expect(daily('2026-11-21T02:00Z', '2026-11-22T02:02Z')).toEqual(at('2026-11-22T02:00Z'));
  });

  it('of a week ago is found, what is older is over', () => {
    const weekly = (last: string) => missedSlot('0 2 * * 0', 'UTC', at(last), at('2026-11-22T01:00Z'));
    expect(weekly('2026-11-08T02:00Z')).toEqual(at('2026-11-15T02:00Z'));
    expect(missedSlot('0 2 1 * *', 'UTC', at('2026-10-01T02:00Z'), at('2026-11-22T01:00Z'))).toBeUndefined();
  });

  it('comes once on the days when clocks change', () => {
    const slots = (cron: string, day: string, hours: number) => {
      const found = new Set<string>();
      for (let hour = 1; hour <= hours; hour++) {
        const now = new Date(at(day).getTime() + hour * 3_600_000);
        const slot = missedSlot(cron, 'Europe/Berlin', at(day), now);
        if (slot) found.add(slot.toISOString());
      }
      return [...found];
    };
    expect(slots('30 2 * * *', '2026-10-24T22:00Z', 12)).toHaveLength(1); // 02:30 is there twice
    expect(slots('30 2 * * *', '2026-03-28T23:00Z', 12)).toHaveLength(1); // 02:30 is not there
  });
});

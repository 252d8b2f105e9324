import { CronTime } from 'cron';

/** How far back is looked: more than a week, so that a weekly slot is found. */
const WINDOW_MS = 8 * 24 * 3600 * 1000;
/** A slot of the last minute may still be about to be started by the clock. */
const GRACE_MS = 60_000;

/** The latest slot after `last` that has passed by `now`; undefined when none was missed. */
export function missedSlot(cron: string, timeZone: string, last: Date, now: Date): Date | undefined {
  const time = new CronTime(cron, timeZone);
  let missed: Date | undefined;
  let slot = new Date(Math.max(last.getTime(), now.getTime() - WINDOW_MS));
  for (;;) {
    slot = time.getNextDateFrom(slot, timeZone).toJSDate();
    if (slot.getTime() > now.getTime() - GRACE_MS) return missed;
    missed = slot;
  }
}

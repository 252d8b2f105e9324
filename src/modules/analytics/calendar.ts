export const INTERVALS = ['day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

/** A stretch of local days, both ends inclusive, and the moments it lasts from and to, in epoch milliseconds. */
export interface Stretch {
  from: string;
  to: string;
  start: number;
  end: number;
}

/** When a local day begins: on a day without midnight (a clock put forward) with its first moment. */
export function startOfDay(day: Temporal.PlainDate, timeZone: string): number {
  return day.toZonedDateTime({ timeZone }).startOfDay().epochMilliseconds;
}

export function today(timeZone: string): Temporal.PlainDate {
  return Temporal.Now.plainDateISO(timeZone);
}

/** Local days from `from` to `to`, both inclusive, as one stretch. */
export function stretch(from: Temporal.PlainDate, to: Temporal.PlainDate, timeZone: string): Stretch {
  return {
    ...{ from: from.toString(), to: to.toString() },
    ...{ start: startOfDay(from, timeZone), end: startOfDay(to.add({ days: 1 }), timeZone) },
  };
}

/** The days, ISO weeks (from Monday) or months of a range, in their order; the first and the last may be cut by it. */
export function stretches(
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  interval: Interval,
  timeZone: string,
): Stretch[] {
  const found: Stretch[] = [];
  let begin = from;
  while (Temporal.PlainDate.compare(begin, to) <= 0) {
    const full = lastOf(begin, interval);
    const last = Temporal.PlainDate.compare(full, to) < 0 ? full : to;
    found.push(stretch(begin, last, timeZone));
    begin = last.add({ days: 1 });
  }
  return found;
}

function lastOf(day: Temporal.PlainDate, interval: Interval): Temporal.PlainDate {
  if (interval === 'day') return day;
  if (interval === 'week') return day.add({ days: 7 - day.dayOfWeek });
  return day.with({ day: day.daysInMonth });
}

/** A version as far as it matters when each of its series ends. */
export interface Version {
  id: string;
  version: number;
  validFrom: Date;
  validUntil: Date | null;
  withdrawnAt: Date | null;
}

/** Later than any shipment. */
export const FOREVER = new Date('9999-12-31T00:00:00Z');
const NEVER = new Date(0);

/**
 * When each version of a series stops to count for good: a newer one without an end takes its place from its start on,
 * while one with an end only stands before it for a time.
 */
export function endsOf(versions: readonly Version[]): Map<string, Date> {
  const ends = new Map<string, Date>();
  let replaced = FOREVER;
  for (const { id, validFrom, validUntil, withdrawnAt } of [...versions].sort(
    (a, b) => b.version - a.version,
  )) {
    if (withdrawnAt) {
      ends.set(id, NEVER);
      continue;
    }
    ends.set(id, validUntil && validUntil < replaced ? validUntil : replaced);
    if (!validUntil && validFrom < replaced) replaced = validFrom;
  }
  return ends;
}

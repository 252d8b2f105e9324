import type { mongo } from 'mongoose';
import { eventually } from './eventually.js';

/** When a key was last used is noted beside every request, when a schedule ticked by the clock: no change of data. */
const VOLATILE = { lastUsedAt: 0, lastSlot: 0 };
/** Who does what of the background work now: renewed by the clock. */
const LEASES = 'leases';
/** Runs by the clock come whatever is asked for. */
const NOT_SCHEDULED = { 'trigger.kind': { $ne: 'schedule' } };

/** Everything in the database, once it has come to rest, to show that a request changed nothing. */
export async function stored(db: mongo.Db): Promise<Record<string, unknown[]>> {
  await eventually(async () => {
    // events of earlier changes are still on their way to the audit log
    expect(await db.collection('products').countDocuments({ pendingAudit: { $exists: true } })).toBe(0);
  });
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  const names = collections.map(({ name }) => name).filter((name) => name !== LEASES);
  const contents: Record<string, unknown[]> = {};
  for (const name of names.sort()) {
    const wanted = name === 'jobs' ? NOT_SCHEDULED : {};
    contents[name] = await db
      .collection(name)
      .find(wanted, { projection: VOLATILE })
      .sort({ _id: 1 })
      .toArray();
  }
  return contents;
}

/** The collections in which the text stands anywhere, with how many documents name it. */
export async function mentions(db: mongo.Db, text: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [name, documents] of Object.entries(await stored(db))) {
    const count = documents.filter((document) => JSON.stringify(document).includes(text)).length;
    if (count > 0) found[name] = count;
  }
  return found;
}

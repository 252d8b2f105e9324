import type { mongo } from 'mongoose';
import { eventually } from './eventually.js';

/** What lies in the file store, whole files and loose chunks alike. */
export async function storedFiles(
  db: mongo.Db,
): Promise<{ files: number; chunks: number; orphanChunks: number }> {
  const ids = await db.collection('files.files').distinct('_id');
  return {
    files: ids.length,
    chunks: await db.collection('files.chunks').countDocuments(),
    orphanChunks: await db.collection('files.chunks').countDocuments({ files_id: { $nin: ids } }),
  };
}

export const NOTHING_STORED = { files: 0, chunks: 0, orphanChunks: 0 };

/** Waits until the file store is empty; fails when it does not become so. */
export async function nothingStored(db: mongo.Db): Promise<void> {
  await eventually(async () => {
    expect(await storedFiles(db)).toEqual(NOTHING_STORED);
  });
}

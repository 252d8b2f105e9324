import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from './watch.ts';
import { watchDownload } from './watch.ts';

/** The official host answers within moments or, behind a proxy or firewall, never. */
const STALL_MS = 5_000;

/**
 * Downloads MongoDB's own build for this platform, by mongodb-memory-server (which checks its MD5).
 * In a process of its own, because the library cannot be told to give up.
 * @returns path of mongod inside `folder`
 */
export async function downloadOfficialMongod(folder: string, log: Log): Promise<string> {
  const script = fileURLToPath(new URL('official-mongodb.child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, MONGOMS_MAX_RETRIES: '1' },
  });
  const failure = await watchDownload(child, { label: 'MongoDB (official)', folder, stallMs: STALL_MS, log });
  if (failure !== null) throw new Error(failure);
  const name = readdirSync(folder).find(
    (entry) => /^mongod[-.\w]*$/.test(entry) && !/\.(tgz|md5|lock|zip)$/.test(entry),
  );
  if (name === undefined) throw new Error('the download contained no mongod');
  return join(folder, name);
}

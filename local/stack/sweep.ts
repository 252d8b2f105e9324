import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine, endProcess, findProcesses } from '../bootstrap/process.mjs';

const PREFIX = 'entrepot-stack-';

/** A temporary folder for stacks of this process; it carries our pid, so that a later run knows whose it was. */
export function createStackFolder(): string {
  return mkdtempSync(join(realpathSync(tmpdir()), `${PREFIX}${process.pid}-`));
}

/**
 * Ends every server whose data lies below that folder.
 * @param graceMs time for a clean stop; 0 only for data that nobody needs
 */
export async function endServersBelow(folder: string, graceMs: number): Promise<void> {
  const root = existsSync(folder) ? realpathSync(folder) : folder;
  const kinds = [`--dbpath ${root}/`, `--dir ${root}/`];
  await Promise.all(
    kinds.flatMap((marker) => findProcesses([marker]).map((pid) => endProcess(pid, [marker], graceMs))),
  );
}

/** Stops servers and deletes folders that killed test runs left behind. */
export async function sweepStackFolders(): Promise<void> {
  const root = realpathSync(tmpdir());
  for (const name of readdirSync(root)) {
    const owner = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (owner > 0 && !(commandLine(owner) ?? '').includes('node')) await removeStackFolder(join(root, name));
  }
}

/** Ends the servers of a temporary folder and deletes it. */
export async function removeStackFolder(folder: string): Promise<void> {
  await endServersBelow(folder, 0);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine } from '../bootstrap/process.mjs';

const PREFIX = '.partial-';

/** A new folder for a download; it carries our pid, so that a later run can tell a killed download from a live one. */
export function createPartial(binaryDir: string): string {
  mkdirSync(binaryDir, { recursive: true });
  return mkdtempSync(join(binaryDir, `${PREFIX}${process.pid}-`));
}

/** Deletes the download folders of runs that are gone. */
export function sweepPartials(binaryDir: string): void {
  mkdirSync(binaryDir, { recursive: true });
  for (const name of readdirSync(binaryDir)) {
    const owner = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (owner > 0 && commandLine(owner) === null)
      rmSync(join(binaryDir, name), { recursive: true, force: true });
  }
}

/** Bytes below a folder now; files may come and go meanwhile. */
export function sizeOf(folder: string): number {
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const entry = statSync(join(folder, name), { throwIfNoEntry: false });
    if (entry?.isFile()) bytes += entry.size;
  }
  return bytes;
}

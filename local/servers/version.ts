import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ServerKind } from './kinds.ts';

const run = promisify(execFile);

/** What `--version` said: a usable version, or why the binary will not do. */
export type VersionCheck = { ok: true; version: string } | { ok: false; reason: string };

/** Runs `<binary> --version`; an executable that cannot start here (other platform, missing library) is not ok. */
export async function checkVersion(kind: ServerKind, binary: string): Promise<VersionCheck> {
  try {
    const { stdout } = await run(binary, ['--version'], { timeout: 15_000 });
    return judgeVersion(kind, stdout);
  } catch (error) {
    return { ok: false, reason: `it does not start: ${startFailure(error)}` };
  }
}

/** Compares what `--version` printed with the oldest version that works. */
export function judgeVersion(kind: ServerKind, output: string): VersionCheck {
  const found = kind.versionPattern.exec(output);
  if (!found) return { ok: false, reason: 'its version is unknown' };
  const [major, minor, patch] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const [wantedMajor, wantedMinor] = kind.minimum;
  const version = `${major}.${minor}.${patch}`;
  const recent = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  return recent
    ? { ok: true, version }
    : { ok: false, reason: `version ${version} is older than ${wantedMajor}.${wantedMinor}` };
}

function startFailure(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split('\n')[0] ?? message;
}

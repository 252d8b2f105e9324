import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lastLines } from '../bootstrap/files.mjs';
import { LOG_DIR, ROOT } from '../bootstrap/paths.mjs';
import { say, UserError } from '../bootstrap/progress.mjs';

export interface ScriptOptions {
  /** For messages: what the script does. */
  readonly label: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/**
 * Runs a script of dist and shows its output lines as progress; JSON lines are results and stay unseen.
 * @returns what it printed on stdout
 * @throws UserError with the last lines of its log when it fails
 */
export async function runScript(
  args: readonly string[],
  { label, env, signal }: ScriptOptions,
): Promise<string> {
  mkdirSync(LOG_DIR, { recursive: true });
  const logPath = join(LOG_DIR, `${label.replaceAll(' ', '-')}.log`);
  const log = createWriteStream(logPath);
  const child = spawn(process.execPath, [...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    if (line.startsWith('{') || line.trim() === '') return;
    log.write(`${line}\n`);
    say(`  ${line}`);
  });
  child.stderr.pipe(log, { end: false });
  const failure = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', (code, name) => {
      resolve(code === 0 ? null : (name ?? `exit code ${code ?? '?'}`));
    });
  });
  await new Promise<void>((resolve) => log.end(resolve));
  signal.throwIfAborted();
  if (failure !== null)
    throw new UserError(`${label} failed (${failure}); log: ${logPath}`, lastLines(logPath));
  return lines.join('\n');
}

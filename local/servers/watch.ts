import type { ChildProcess } from 'node:child_process';
import { sizeOf } from './partial.ts';

/** Prints what a progress line says. */
export type Log = (text: string) => void;

export interface WatchOptions {
  readonly label: string;
  /** Folder that the download grows in. */
  readonly folder: string;
  /** Give up when no byte arrives for so long, in milliseconds. */
  readonly stallMs: number;
  readonly log: Log;
}

const SAMPLE_MS = 500;
const REPORT_EVERY = 4;

/**
 * Waits for a child that downloads into a folder, tells how far it is, and ends it when nothing arrives.
 * @returns null when it ended well, else the reason in a few words
 */
export async function watchDownload(child: ChildProcess, options: WatchOptions): Promise<string | null> {
  let errorText = '';
  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (errorText = (errorText + text).slice(-4_000)));
  let seen = 0;
  let changedAt = Date.now();
  let samples = 0;
  const stalled = new AbortController();
  const timer = setInterval(() => {
    const bytes = safeSize(options.folder);
    if (bytes !== seen) changedAt = Date.now();
    seen = bytes;
    samples += 1;
    if (samples % REPORT_EVERY === 0) options.log(`  ${options.label}: ${(seen / 1e6).toFixed(1)} MB so far`);
    if (Date.now() - changedAt > options.stallMs) {
      stalled.abort();
      child.kill('SIGKILL');
    }
  }, SAMPLE_MS);
  try {
    const code = await new Promise<number | null>((resolve) => {
      child.once('error', (error) => {
        errorText = error.message;
        resolve(1);
      });
      child.once('close', resolve);
    });
    if (code === 0) return null;
    if (stalled.signal.aborted) return `nothing arrived for ${options.stallMs / 1000} s`;
    return lastLine(errorText) || `exit code ${code ?? '?'}`;
  } finally {
    clearInterval(timer);
  }
}

function safeSize(folder: string): number {
  try {
    return sizeOf(folder);
  } catch {
    return 0;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}

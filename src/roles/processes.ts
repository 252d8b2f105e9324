import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { answerScrapes } from '../platform/observability/cluster-metrics.js';

/** A process that ends is replaced after this, so that one which cannot start does not keep the machine busy. */
const REPLACE_MS = 1_000;

/**
 * Keeps `count` processes serving one port, each the whole application, with this one only handing out connections.
 * One that dies is replaced. SIGTERM or SIGINT ends them all as it would end each; resolves with the exit code.
 * When the first cannot start, nothing else is tried: it has said why.
 */
export async function superviseProcesses(count: number, logger: Logger): Promise<number> {
  answerScrapes();
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stopping = true;
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
    });
  }
  const first = cluster.fork();
  const ended = once(first, 'exit') as Promise<[code: number | null]>;
  const early = await Promise.race([once(first, 'listening').then(() => undefined), ended]);
  if (early) return early[0] ?? 1;

  const allEnded = new Promise<number>((resolve) => {
    let failed = false;
    const resolveWhenNone = () => {
      if (Object.keys(cluster.workers ?? {}).length === 0) resolve(failed ? 1 : 0);
    };
    cluster.on('exit', (worker: Worker, code: number | null, signal: string) => {
      if (stopping) {
        failed ||= code !== 0;
        resolveWhenNone();
        return;
      }
      logger.error({ pid: worker.process.pid, code, signal }, 'A process ended and is replaced');
      setTimeout(() => {
        if (stopping) resolveWhenNone();
        else cluster.fork();
      }, REPLACE_MS);
    });
  });
  for (let n = 1; n < count; n++) cluster.fork();
  return allEnded;
}

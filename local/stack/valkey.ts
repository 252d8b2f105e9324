import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Profile, ServerProgram } from './program.ts';

const RETRY_MS = 30;

/** Enough numbered databases that every spec file gets one of its own. */
const DATABASES = 1024;

/** valkey-server (or redis-server) that evicts nothing: it holds queues. */
export function valkeyProgram(binary: string, dataDir: string, profile: Profile): ServerProgram {
  return {
    name: 'valkey',
    label: 'Valkey',
    binary,
    dataDir,
    markers: [`--dir ${dataDir} --port`],
    args: (port) => [
      ...['--dir', dataDir, '--port', String(port), '--bind', '127.0.0.1', '--databases', String(DATABASES)],
      ...['--maxmemory-policy', 'noeviction', '--save', '', '--appendfsync', 'everysec'],
      ...['--appendonly', profile === 'durable' ? 'yes' : 'no', '--loglevel', 'notice'],
      // By default the server rewrites its command line, by which a later run recognises it.
      ...['--set-proc-title', 'no'],
    ],
    ready: answersPing,
  };
}

async function answersPing(port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await ping(port)) return;
    await sleep(RETRY_MS);
  }
}

/** False while it is not up yet, or still loading its data. */
async function ping(port: number): Promise<boolean> {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    return true;
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

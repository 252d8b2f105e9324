import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 20;

/** Waits until `check` no longer throws; after `limitMs` its last error is thrown. */
export async function eventually<T>(check: () => T | Promise<T>, limitMs = 20_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(EVERY_MS);
    }
  }
}

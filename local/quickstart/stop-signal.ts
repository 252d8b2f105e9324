import { announceStop } from './guard.mjs';

/**
 * Aborts on the first SIGINT, SIGTERM or SIGHUP, or when the process that started us dies. Further signals
 * change nothing: npm, the terminal and the first part of the quickstart may each send one.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) return;
    announceStop();
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  process.once('disconnect', stop);
  return controller.signal;
}

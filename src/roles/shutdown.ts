import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { Lifecycle } from '../platform/health/lifecycle.js';

const DEADLINE_MS = 25_000;

/**
 * On SIGTERM or SIGINT: readiness says 503 while requests are still served (load balancers need that time), then the
 * listener closes, requests and jobs end, connections close. A second signal, or the deadline, ends the process.
 */
export function stopOnSignals(app: NestFastifyApplication, config: Config, logger: Logger): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'Stopping');
    app.get(Lifecycle).state = 'stopping';
    setTimeout(() => {
      logger.error('Not everything ended in time');
      process.exit(1);
    }, DEADLINE_MS + config.http.shutdownDelayMs).unref();
    await new Promise((resolve) => setTimeout(resolve, config.http.shutdownDelayMs));
    await app.close();
    logger.info('Stopped');
    process.exitCode = 0;
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop(signal).catch((err: unknown) => {
        logger.error({ err }, 'Could not stop cleanly');
        process.exit(1);
      });
    });
  }
}

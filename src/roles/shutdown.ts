import cluster from 'node:cluster';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { RepeatLane } from '../platform/cache/repeat-lane.js';
import { Lifecycle } from '../platform/health/lifecycle.js';

const DEADLINE_MS = 25_000;
const SWEEP_MS = 50;

/**
 * On SIGTERM or SIGINT: readiness says 503 while requests are still served (load balancers need that time), then the
 * listener closes, requests and jobs end, connections close. A second signal, or the deadline, ends the process.
 */
export function stopOnSignals(app: NestFastifyApplication, config: Config, logger: Logger): void {
  const lifecycle = app.get(Lifecycle);
  const fastify = app.getHttpAdapter().getInstance();
  const repeats = app.get(RepeatLane);
  endConnectionsOnceStopping(fastify, lifecycle);
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'Stopping');
    lifecycle.state = 'stopping';
    repeats.close();
    setTimeout(() => {
      logger.error('Not everything ended in time');
      process.exit(1);
    }, DEADLINE_MS + config.http.shutdownDelayMs).unref();
    await new Promise((resolve) => setTimeout(resolve, config.http.shutdownDelayMs));
    // a connection that was busy when the listener closed would idle until its keep-alive is over
    setInterval(() => {
      fastify.server.closeIdleConnections();
    }, SWEEP_MS).unref();
    await app.close();
    logger.info('Stopped');
    process.exitCode = 0;
    process.disconnect?.(); // of one process among several; its channel would keep it
  };
  // a terminal sends SIGINT to all processes at once, and the one that started the others sends SIGTERM for it
  if (cluster.isWorker) process.on('SIGINT', () => undefined);
  for (const signal of cluster.isWorker ? (['SIGTERM'] as const) : (['SIGTERM', 'SIGINT'] as const)) {
    process.on(signal, () => {
      stop(signal).catch((err: unknown) => {
        logger.error({ err }, 'Could not stop cleanly');
        process.exit(1);
      });
    });
  }
}

/** Tells kept-alive clients to connect anew, elsewhere: else the last of them would hold the process. */
function endConnectionsOnceStopping(fastify: FastifyInstance, lifecycle: Lifecycle): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (lifecycle.state === 'stopping') reply.header('connection', 'close');
    done(null, payload);
  });
}

import cluster from 'node:cluster';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfig, StartupError, type Config } from './config/config.js';
import { messageOf } from './kernel/errors.js';
import { withoutPassword } from './platform/database/connection.js';
import { createLogger } from './platform/observability/logger.js';
import { createApp } from './roles/app.js';
import { assertReady } from './roles/preconditions.js';
import { superviseProcesses } from './roles/processes.js';
import { stopOnSignals } from './roles/shutdown.js';
import { Lifecycle } from './platform/health/lifecycle.js';

/** Starts the role the environment names. A fault is one sentence on stderr and exit code 1. */
async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config.logs.level);
  await assertReady(config, logger);
  if (cluster.isPrimary && config.http.processes > 1) {
    process.exitCode = await superviseProcesses(config.http.processes, logger);
    return;
  }
  const app = await createApp(config, logger);
  stopOnSignals(app, config, logger);
  await listen(app, config);
  app.get(Lifecycle).state = 'running';
  const { role, release, http, database } = config;
  logger.info(
    {
      role,
      release,
      url: await app.getUrl(),
      publicUrl: http.publicUrl,
      database: withoutPassword(database.uri),
    },
    'Entrepot is up',
  );
}

async function listen(app: NestFastifyApplication, { http }: Config): Promise<void> {
  try {
    await app.listen(http.port, http.host);
  } catch (error) {
    await app.close();
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw new StartupError(
      taken
        ? `Port ${http.port} on ${http.host} is taken; set PORT to a free one.`
        : `Cannot listen on ${http.host}:${http.port}: ${messageOf(error)}`,
    );
  }
}

main().catch((error: unknown) => {
  const sentence =
    error instanceof StartupError ? error.message : `Entrepot could not start: ${messageOf(error)}`;
  process.stderr.write(`${sentence}\n`);
  if (!(error instanceof StartupError) && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  process.exit(1); // half-started connections would keep the process
});

import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { readConfig, RUNS } from '../../config/config.js';
import { createLogger, NestLogger } from '../../platform/observability/logger.js';
import { AppModule } from '../app.module.js';
import { assertReady } from '../preconditions.js';

/** Runs one operator command in the application's container, without HTTP and without workers. */
export async function withApplication(work: (app: INestApplicationContext) => Promise<void>): Promise<void> {
  const config = { ...readConfig(), role: 'api' as const, runs: RUNS.api };
  const logger = createLogger('warn', process.stderr);
  await assertReady(config, logger);
  const app = await NestFactory.createApplicationContext(AppModule.with(config, logger), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  try {
    await work(app);
  } finally {
    await app.close();
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

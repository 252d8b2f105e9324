import { NestFactory } from '@nestjs/core';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { assertEveryRouteDeclaresAccess } from '../platform/http/route-access.js';
import { configureHttp, fastifyAdapter } from '../platform/http/http-app.js';
import { NestLogger } from '../platform/observability/logger.js';
import { AppModule } from './app.module.js';
import { serveOpenApi } from './openapi-document.js';
import { serveOperatorsOnly } from './role.js';

/**
 * The application, complete but not yet listening: what `main` starts and what the tests call. `more` are modules
 * beside the product's own, which bring jobs or event handlers of theirs.
 */
export async function createApp(
  config: Config,
  logger: Logger,
  more: (Type | DynamicModule)[] = [],
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, logger, more),
    fastifyAdapter(config),
    {
      logger: new NestLogger(logger),
      abortOnError: false,
      bodyParser: false, // see `readJsonBodies`
    },
  );
  assertEveryRouteDeclaresAccess(app);
  if (!config.runs.http) serveOperatorsOnly(app);
  await configureHttp(app, config);
  serveOpenApi(app, config);
  return app;
}

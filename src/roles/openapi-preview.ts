import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { readConfig } from '../config/config.js';
import { createLogger } from '../platform/observability/logger.js';
import { AppModule } from './app.module.js';
import { openApiDocument } from './openapi-document.js';

/**
 * The document of the application without starting it: Nest's preview mode resolves modules and controllers and
 * creates no provider, so nothing connects.
 */
export async function describeApi(): Promise<OpenAPIObject> {
  const config = readConfig({
    MONGODB_URI: 'mongodb://nowhere/preview',
    REDIS_URL: 'redis://nowhere',
    SECRET_KEY: 'not used by a preview, but long enough',
  });
  const module = AppModule.with(config, createLogger('silent'));
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  return openApiDocument(app);
}

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Config } from '../config/config.js';
import { ERROR_CODES } from '../kernel/errors.js';

/** The OpenAPI description of every route. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Entrepot')
    .setDescription('One backend where merchants sell and logistics partners move what was sold.')
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key (`ent_live_…`) or an access token' })
    .build();
  const document = SwaggerModule.createDocument(app, settings);
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: PROBLEM_SCHEMA } };
  return document;
}

/** Serves the description at `/api/docs` and a page to try it at `/api/docs/ui`. */
export function serveOpenApi(app: NestFastifyApplication, config: Config): void {
  if (config.role === 'worker') return;
  const document = openApiDocument(app);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/api/docs', (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').type('application/json').send(document),
  );
  SwaggerModule.setup('api/docs/ui', app, document, {
    customSiteTitle: 'Entrepot API',
    raw: false,
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, docExpansion: 'list' },
  });
}

const PROBLEM_SCHEMA = {
  type: 'object' as const,
  description: 'RFC 9457 problem details',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string' as const, example: 'urn:entrepot:problem:product_not_found' },
    title: { type: 'string' as const, example: 'There is no such product' },
    status: { type: 'integer' as const, example: 404 },
    detail: { type: 'string' as const, example: 'There is no product "42" in this shop.' },
    instance: { type: 'string' as const, example: '/api/shops/nordlys-apparel.myshopify.com/products/42' },
    code: { type: 'string' as const, enum: [...ERROR_CODES], example: 'product_not_found' },
    requestId: { type: 'string' as const, example: '5d3f0a52-7c38-4d0e-9d3e-3f6b6f0a1c11' },
    errors: {
      type: 'array' as const,
      items: {
        type: 'object' as const,
        required: ['field', 'code', 'message'],
        properties: {
          field: { type: 'string' as const, example: 'variants.0.price' },
          code: { type: 'string' as const, example: 'is_int' },
          message: { type: 'string' as const, example: 'must be an integer number' },
        },
      },
    },
  },
};

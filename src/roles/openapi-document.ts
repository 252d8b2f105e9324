import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Config } from '../config/config.js';
import { asyncApiDocument } from '../modules/tracking/index.js';
import { completeOperation } from '../platform/http/openapi-operation.js';
import { PROBLEM_SCHEMA } from '../platform/http/problem.schema.js';
import { vary } from '../platform/http/vary.js';
import { withIdempotencyKey } from '../platform/idempotency/openapi.js';
import { withExamples } from './openapi-examples.js';

const TAGS = {
  auth: 'Accounts, sessions and tokens',
  shops: 'Tenants: install, settings, uninstall',
  'api keys': 'Credentials of a shop, with scopes',
  members: 'Who acts for a shop or an organisation, and invitations to do so',
  organisations: 'Clients, who have goods moved, and carriers, who move them',
  plans: 'What merchants can subscribe to',
  subscriptions: "A shop's plan, its state and usage",
  products: 'The catalogue, its import and export',
  customers: 'Who buys in a shop',
  inventory: 'Locations and the stock of variants in them',
  devices: 'Serialised units of a variant',
  orders: 'What is sold: from the draft to the delivery, with payments, returns and refunds',
  analytics: 'What was sold, by day and product',
  sitemaps: 'Generation of sitemaps and their versions',
  carriers: 'Who moves goods: profiles, service areas, pricing grids',
  quotes: 'What carriers would take for a shipment',
  webhooks: 'Endpoints that are told of events, and what they were sent',
  'transport orders': 'What is to be moved, who moves it, and how far it is',
  documents: 'Proofs of delivery and other papers of a transport, read by OCR',
  notifications: 'What customers and parties are told, how that went, and whom nothing is sent any more',
  audit: 'Who changed what',
  jobs: 'Background work: state, progress, result',
  public: 'What crawlers read',
  'throttling overrides': 'Exceptions to the rate limits',
  operations: 'Probes, metrics and the cache',
};
const PAGE_TYPES = ['text/html', 'text/css', 'text/javascript', 'image/png', 'application/json'];
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** The OpenAPI description of every route; the same whatever the configuration, so that it can be checked in. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Entrepot')
    .setDescription('One backend where merchants sell and logistics partners move what was sold.')
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'The server that gave this description')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'An API key (`ent_live_…`) or an access token' },
      'bearer',
    );
  for (const [name, description] of Object.entries(TAGS)) settings.addTag(name, description);
  const { info, paths, components, ...rest } = SwaggerModule.createDocument(app, settings.build());
  const { contact: _contact, ...about } = info;
  return {
    ...rest,
    info: about,
    paths: Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, completeItem(path, item)])),
    components: {
      ...components,
      schemas: { ...withJobResults(components?.schemas ?? {}), Problem: PROBLEM_SCHEMA },
    },
  };
}

/** Serves the description at `/api/docs` and a page to try it at `/api/docs/ui`, the sockets' at `/api/docs/asyncapi`. */
export function serveOpenApi(app: NestFastifyApplication, config: Config): void {
  if (!config.runs.http) return;
  const document = openApiDocument(app);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/api/docs', (_request, reply) =>
    vary(reply, 'accept-encoding')
      .header('cache-control', 'public, max-age=300')
      .type('application/json')
      .send(document),
  );
  const messages = asyncApiDocument();
  fastify.get('/api/docs/asyncapi', (_request, reply) =>
    vary(reply, 'accept-encoding')
      .header('cache-control', 'public, max-age=300')
      .type('application/json')
      .send(messages),
  );
  fastify.addHook('onRoute', (route) => {
    if (route.url.startsWith('/api/docs/ui')) route.config = { ...route.config, produces: PAGE_TYPES };
  });
  SwaggerModule.setup('api/docs/ui', app, document, {
    customSiteTitle: 'Entrepot API',
    raw: false,
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, docExpansion: 'list' },
  });
}

/** What a job found or made is told by the features: their models are named `…ResultDto`. */
function withJobResults(schemas: Schemas): Schemas {
  const job = schemas['JobDto'];
  if (!job || !('properties' in job)) return schemas;
  const results = Object.keys(schemas).filter((name) => name.endsWith('ResultDto'));
  const result = {
    description: 'What the job found or made, once completed',
    anyOf: [
      ...results.map((name) => ({ $ref: `#/components/schemas/${name}` })),
      { type: 'object' as const, additionalProperties: true, description: "Of a job of the system's own" },
      { type: 'null' as const },
    ],
  } as Schemas[string];
  return { ...schemas, JobDto: { ...job, properties: { ...job.properties, result } } };
}

function completeItem(path: string, item: OpenAPIObject['paths'][string]): OpenAPIObject['paths'][string] {
  const operations = METHODS.flatMap((method) => {
    const operation = item[method];
    return operation
      ? [[method, withExamples(completeOperation(path, withIdempotencyKey(method, operation)))] as const]
      : [];
  });
  return { ...item, ...Object.fromEntries(operations) };
}

// The bare server the cached answers are measured against: Fastify sending bytes it holds, or 304 when the caller has
// them. Reads BODY_FILE, ETAG, HOST and PORT.
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';

const body = readFileSync(process.env.BODY_FILE ?? '', 'utf8');
const etag = process.env.ETAG ?? '';
const app = Fastify();

app.get('/ready', () => 'ready');
app.get('/*', (request, reply) => {
  void reply.header('etag', etag);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(body);
});

await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => void app.close());

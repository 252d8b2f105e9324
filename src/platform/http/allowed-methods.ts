import type { FastifyInstance } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Tells which methods a path knows. Filled at start from the routes; asked only about requests that no route took. */
export type AllowedMethods = (url: string) => string[];

/** Call it before the first route is added: Fastify tells of each route once. */
export function allowedMethods(fastify: FastifyInstance, maxParamLength: number): AllowedMethods {
  const router = findMyWay({ ignoreTrailingSlash: true, maxParamLength });
  fastify.addHook('onRoute', ({ method, url }) => {
    // `*` is the door of CORS preflights
    if (url === '*') return;
    for (const each of [method].flat() as HTTPMethod[]) {
      if (!router.hasRoute(each, url)) router.on(each, url, () => undefined);
    }
  });
  return (url) => METHODS.filter((method) => router.find(method, url) !== null);
}

import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { addRouteConfig } from './route-config.js';

/** Where an operation of the document carries its deprecation. */
export const DEPRECATION = 'x-deprecation';

/** That an operation goes, and what comes in its place. */
export interface Deprecation {
  /** The day it was, or will be, deprecated: `2027-01-31`. */
  since: string;
  /** The day from which it may answer no more. */
  sunset: string;
  /** Path of what to call instead. */
  successor?: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    deprecation?: Deprecation;
  }
}

/**
 * Announces that an operation goes: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a `Link` to its successor stand in
 * each answer, refusals too, and openapi.json marks it.
 */
export function Deprecated(deprecation: Deprecation): MethodDecorator {
  return applyDecorators(addRouteConfig({ deprecation }), ApiExtension(DEPRECATION, deprecation));
}

/** Call it before the first route is added; routes that stay cost nothing by it. */
export function announceDeprecations(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const deprecation = route.config?.deprecation;
    if (!deprecation) return;
    const headers = headersOf(deprecation);
    route.onRequest = [
      (_request, reply, done): void => {
        void reply.headers(headers);
        done();
      },
      ...[route.onRequest ?? []].flat(),
    ];
  });
}

function headersOf({ since, sunset, successor }: Deprecation): Record<string, string> {
  return {
    deprecation: `@${new Date(since).getTime() / 1_000}`,
    sunset: new Date(sunset).toUTCString(),
    ...(successor ? { link: `<${successor}>; rel="successor-version"` } : {}),
  };
}

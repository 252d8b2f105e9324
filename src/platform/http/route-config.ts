import { applyDecorators } from '@nestjs/common';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { ApiProduces } from '@nestjs/swagger';
import type { FastifyContextConfig } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Media types the route answers in when it succeeds; JSON if absent. */
    produces?: readonly string[];
    /** Whether its body is a file: a multipart form or a bare CSV, of any size and as slow as the client is. */
    takesFile?: true;
    /** Whether its body is the form of a page. */
    takesForm?: true;
    /** Whether its body is a mail. */
    takesMail?: true;
  }
}

/** Adds to the Fastify config of a handler's route; Nest's `RouteConfig` replaces what another decorator added. */
export function addRouteConfig(config: FastifyContextConfig): MethodDecorator {
  return (_target, _name, descriptor) => {
    const handler = descriptor.value as object;
    const before = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as object | undefined;
    Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, { ...before, ...config }, handler);
  };
}

/** What the handler answers in, where that is not JSON: documented, and held against `Accept`. */
export const Produces = (...types: string[]): MethodDecorator =>
  applyDecorators(ApiProduces(...types), addRouteConfig({ produces: types }));

/** The handler takes a file (see `uploadOf`); on other routes a form or a CSV is refused with 415. */
export const TakesFile = (): MethodDecorator => addRouteConfig({ takesFile: true });

/** The handler takes the form of a page, `application/x-www-form-urlencoded`; on other routes that is refused with 415. */
export const TakesForm = (): MethodDecorator => addRouteConfig({ takesForm: true });

/** The handler takes a mail as it is, `message/rfc822`, as a buffer; on other routes that is refused with 415. */
export const TakesMail = (): MethodDecorator => addRouteConfig({ takesMail: true });

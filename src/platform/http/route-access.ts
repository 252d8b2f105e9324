import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { StartupError } from '../../config/config.js';
import { ACCESS, type AccessRule } from './access.js';

export interface RouteAccess {
  /** `Controller.handler`. */
  handler: string;
  rule: AccessRule | undefined;
}

const PATH_METADATA = 'path';
const METHOD_METADATA = 'method';

/** Every route handler with the access rule it declares. */
export function routeAccess(app: INestApplication): RouteAccess[] {
  const reflector = app.get(Reflector);
  const scanner = new MetadataScanner();
  return app
    .get(DiscoveryService, { strict: false })
    .getControllers()
    .flatMap(({ metatype, instance }) => {
      if (!metatype || !instance) return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
      return scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name];
        if (!handler || !isRoute(handler)) return [];
        const rule = reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [handler, metatype]);
        return [{ handler: `${metatype.name}.${name}`, rule }];
      });
    });
}

function isRoute(handler: () => unknown): boolean {
  return Reflect.hasMetadata(PATH_METADATA, handler) && Reflect.hasMetadata(METHOD_METADATA, handler);
}

/** @throws StartupError for a route open by accident: one that says not who may call it */
export function assertEveryRouteDeclaresAccess(app: INestApplication): void {
  const open = routeAccess(app).filter(({ rule }) => rule === undefined);
  if (open.length === 0) return;
  const names = open.map(({ handler }) => handler).join(', ');
  throw new StartupError(
    `These routes declare no access rule (@Public, @RequireScope, @AdminOnly): ${names}.`,
  );
}

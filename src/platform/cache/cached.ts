import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

export const CACHED = 'entrepot:cached';

/** How a GET handler's response is cached. */
export interface CachedOptions {
  /** Statistics are kept by it, e.g. `products`. */
  resource: string;
  ttlSeconds: number;
  /** How much longer a response may be served while a new one is made. */
  staleSeconds?: number;
  /** Whatever changes the response invalidates one of these. */
  tags: (request: FastifyRequest) => string[];
  /** `public`: the same for everyone, also for CDNs. `tenant`: of the path's shop, by role. `principal`: of the caller. */
  scope: 'public' | 'tenant' | 'principal';
  /** Defaults of the query's DTO: a parameter that says the default is the same as none. */
  queryDefaults?: object;
}

/** Caches the handler's 200 responses as bytes with their ETag; declare it on GET handlers only. */
export const Cached = (options: CachedOptions) =>
  applyDecorators(
    SetMetadata(CACHED, options),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'The ETag last seen; 304 while it still holds',
    }),
    ApiResponse({ status: 304, description: 'The copy named by If-None-Match is current' }),
  );

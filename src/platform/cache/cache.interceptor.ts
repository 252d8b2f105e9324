import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { pathOf } from '../http/path-of.js';
import { ReadyJson } from '../http/ready-json.js';
import { CACHED, type CachedOptions } from './cached.js';
import { mayRefresh, normalQuery, scopeOf } from './cache-key.js';
import { answerCached } from './cached-answer.js';
import { toCachedResponse, type CachedResponse } from './cached-response.js';
import type { CacheKey } from './cache-entry.js';
import { CacheService } from './cache.service.js';
import { RepeatLane } from './repeat-lane.js';

/** A response that must not be cached has headers of its own reader, e.g. a cookie: it goes to that one only. */
class Uncacheable extends Error {
  constructor(
    readonly reader: FastifyReply,
    readonly value: unknown,
  ) {
    super();
  }
}

/**
 * Answers GET handlers declared `@Cached` from the cache: on a hit no handler runs, nothing is queried, mapped or
 * serialised. Guards have run before, so who may not ask is refused before the cache is looked at.
 */
@Injectable()
export class CacheInterceptor implements NestInterceptor {
  private readonly options = new WeakMap<object, CachedOptions | null>();

  constructor(
    private readonly cache: CacheService,
    private readonly reflector: Reflector,
    private readonly repeats: RepeatLane,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const options = this.optionsOf(context.getHandler());
    if (!options) return next.handle();
    const http = context.switchToHttp();
    return from(this.answer(options, http.getRequest(), http.getResponse(), next));
  }

  private optionsOf(handler: object): CachedOptions | null {
    let options = this.options.get(handler);
    if (options === undefined) {
      options = this.reflector.get<CachedOptions | undefined>(CACHED, handler as () => unknown) ?? null;
      this.options.set(handler, options);
    }
    return options;
  }

  private async answer(
    options: CachedOptions,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<unknown> {
    const query = normalQuery(request.url, options.queryDefaults);
    const { tenant, scope } = scopeOf(options, request);
    if (query === undefined) {
      this.cache.stats.count(options.resource, tenant, 'bypass');
      return uncached(reply, await lastValueFrom(next.handle()));
    }
    const path = pathOf(request.url);
    const key: CacheKey = {
      resource: options.resource,
      tenant,
      id: `${scope}:${path}?${query}`,
      tags: options.tags(request),
      ttlMs: options.ttlSeconds * 1_000,
      staleMs: (options.staleSeconds ?? 0) * 1_000,
    };
    const load = () => render(next, reply);
    try {
      const wanted = mayRefresh(request.headers, request.principal)
        ? this.cache.refresh(key, load)
        : this.cache.getOrSet(key, load);
      const answer = await wanted;
      const body = await answerCached(request, reply, options, answer);
      if (answer.result === 'l1') this.repeats.remember(request, reply, key);
      return body;
    } catch (error) {
      if (!(error instanceof Uncacheable)) throw error;
      return uncached(reply, error.reader === reply ? error.value : await lastValueFrom(next.handle()));
    }
  }
}

function uncached(reply: FastifyReply, value: unknown): unknown {
  void reply.header('x-cache', 'bypass');
  if (!(value instanceof ReadyJson)) return value;
  void reply.header('content-type', 'application/json; charset=utf-8');
  return value.json;
}

async function render(next: CallHandler, reply: FastifyReply): Promise<CachedResponse> {
  const value: unknown = await lastValueFrom(next.handle());
  if (reply.statusCode !== 200 || reply.hasHeader('set-cookie')) throw new Uncacheable(reply, value);
  return toCachedResponse(value, reply.getHeaders());
}

import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../http/access.js';
import { hasBody } from '../http/request-body.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { AccessEpoch, PASS_MS } from '../tenancy/access-epoch.js';
import type { CachedOptions } from './cached.js';
import { answerCached } from './cached-answer.js';
import type { CachedResponse } from './cached-response.js';
import type { CacheKey } from './cache-entry.js';
import { mayRefresh } from './cache-key.js';
import { CacheService, type Cached } from './cache.service.js';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Counts another request like this one, tells the reply what is left, and says whether it may be answered. Set by
     * the guard of the limits; absent where a repetition must pass the guard itself.
     */
    countAgain?: (reply: FastifyReply) => Promise<boolean>;
    /** `AccessEpoch` when it came in: what the guards decided may be from before any later change. */
    accessEpoch?: number;
  }
}

/** What the guards decided for one caller and one address of a cached answer. */
interface Pass {
  key: CacheKey;
  options: CachedOptions;
  countAgain: (reply: FastifyReply) => Promise<boolean>;
  principal: Principal | undefined;
  shop: ShopDomain | undefined;
  epoch: number;
  until: number;
}

/** Together; a pass is named by a header and a URL, which callers choose. */
const MOST_NAME_CHARS = 4_000_000;
const MOST_PASSES = 10_000;

/**
 * The short way for what is asked for over and over. Once a request has passed every guard and was answered from
 * memory, the same caller asking for the same is counted against its limits and answered at once, before Nest's guards,
 * pipes and interceptors: they cost several times what a hit does. A pass decides nothing itself; it repeats the
 * guards' last decision, for a second at most and not beyond any change this process hears of.
 */
@Injectable()
export class RepeatLane {
  private readonly passes = new LRUCache<string, Pass>({
    max: MOST_PASSES,
    maxSize: MOST_NAME_CHARS,
    sizeCalculation: (_pass, name) => name.length,
  });

  constructor(
    private readonly cache: CacheService,
    private readonly epoch: AccessEpoch,
  ) {}

  /** Notes that the guards let this request through and memory had its answer. Accounts take the long way. */
  remember(request: FastifyRequest, key: CacheKey, options: CachedOptions): void {
    const { principal, shop, countAgain, accessEpoch: epoch } = request;
    if (!countAgain || epoch === undefined || (principal && principal.kind !== 'api_key')) return;
    const until = Math.min(Date.now() + PASS_MS, principal?.expiresAt?.getTime() ?? Infinity);
    this.passes.set(nameOf(request), { key, options, countAgain, principal, shop, epoch, until });
  }

  register(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      const pass = request.method === 'GET' ? this.passOf(request) : undefined;
      const hit = pass && this.cache.hit<CachedResponse>(pass.key);
      if (!hit) {
        request.accessEpoch = this.epoch.current;
        done();
        return;
      }
      this.answer(request, reply, pass, hit).then((answered) => {
        if (!answered) done();
      }, done);
    });
  }

  /** Whether it was answered; when the limits have no room, the guard refuses in its own words. */
  private async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { countAgain, principal, shop, options }: Pass,
    hit: Cached<CachedResponse>,
  ): Promise<boolean> {
    if (!(await countAgain(reply))) return false;
    if (principal) request.principal = principal;
    if (shop) request.shop = shop;
    void reply.send(await answerCached(request, reply, options, hit));
    return true;
  }

  private passOf(request: FastifyRequest): Pass | undefined {
    const pass = this.passes.get(nameOf(request));
    if (!pass || pass.epoch !== this.epoch.current || Date.now() >= pass.until) return undefined;
    return !hasBody(request) && !mayRefresh(request.headers, pass.principal) ? pass : undefined;
  }
}

function nameOf({ headers, ip, url }: FastifyRequest): string {
  return `${headers.authorization ?? ''}\n${ip}\n${url}`;
}

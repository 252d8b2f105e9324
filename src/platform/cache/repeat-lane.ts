import type { IncomingMessage, ServerResponse } from 'node:http';
import { isPromise } from 'node:util/types';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../http/access.js';
import { requestId } from '../http/http-hooks.js';
import { pathOf } from '../http/path-of.js';
import { hasBody } from '../http/request-body.js';
import { RequestLog, type TellRequest } from '../observability/request-log.js';
import { AccessEpoch, PASS_MS } from '../tenancy/access-epoch.js';
import { cachedAnswer, type CachedAnswer } from './cached-answer.js';
import type { CachedResponse } from './cached-response.js';
import type { CacheKey } from './cache-entry.js';
import { mayRefresh } from './cache-key.js';
import { CacheService, type Cached } from './cache.service.js';

/**
 * Counts another request like this one; names and values in turn of the headers that tell what is left, or undefined
 * when there is no room.
 */
type CountAgain = () => Promise<string[] | undefined> | string[] | undefined;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard of the limits; absent where a repetition must pass the guard itself. */
    countAgain?: CountAgain;
    /** `AccessEpoch` when it came in: what the guards decided may be from before any later change. */
    accessEpoch?: number;
  }
}

/** What was decided for one caller and one address of a cached answer. */
interface Pass {
  key: CacheKey;
  countAgain: CountAgain;
  principal: Principal | undefined;
  /** Of the answer, as far as they are the same for each repetition. */
  headers: readonly string[];
  tell: TellRequest;
  epoch: number;
  /** From then on one request takes the long way, and the others keep to this pass until it is back. */
  renewFrom: number;
  until: number;
}

/** Together; a pass is named by what callers choose. */
const MOST_NAME_CHARS = 8_000_000;
const MOST_PASSES = 10_000;
/** What is made anew for each repetition. */
const OWN_HEADERS = new Set([
  ...['x-request-id', 'ratelimit', 'ratelimit-policy'],
  ...['etag', 'age', 'link', 'content-type', 'content-encoding', 'content-length'],
]);

/**
 * The short way for what is asked for over and over. Once a request has passed every hook and guard and was answered
 * from memory, the same caller asking for the same is counted against its limits and answered at once, before Fastify:
 * all that stands there costs several times what a hit does. A pass decides nothing itself; it repeats the last
 * decision, for a second at most and not beyond any change this process hears of.
 */
@Injectable()
export class RepeatLane {
  private readonly passes = new LRUCache<string, Pass>({
    max: MOST_PASSES,
    maxSize: MOST_NAME_CHARS,
    sizeCalculation: (_pass, name) => name.length,
  });

  private closed = false;

  constructor(
    private readonly cache: CacheService,
    private readonly epoch: AccessEpoch,
    private readonly log: RequestLog,
  ) {}

  /** Notes that the request was let through and that memory had its answer. Accounts take the long way. */
  remember(request: FastifyRequest, reply: FastifyReply, key: CacheKey): void {
    const { principal, shop, countAgain, accessEpoch: epoch, method, url, ip } = request;
    if (!countAgain || epoch === undefined || (principal && principal.kind !== 'api_key')) return;
    const now = Date.now();
    this.passes.set(nameOf(request.raw), {
      ...{ key, countAgain, principal, epoch },
      headers: Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
        OWN_HEADERS.has(name) || value === undefined ? [] : [name, String(value)],
      ),
      tell: this.log.of({
        ...{ method, route: request.routeOptions.url ?? 'unmatched', path: pathOf(url) },
        ...{ ip, principal: principal?.id, shop },
      }),
      renewFrom: now + PASS_MS / 2,
      until: Math.min(now + PASS_MS, principal?.expiresAt?.getTime() ?? Infinity),
    });
  }

  /** Stands before Fastify from now on. */
  register(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, _reply, done) => {
      request.accessEpoch = this.epoch.current;
      done();
    });
    const { server } = fastify;
    const [handle, ...others] = server.listeners('request') as ((...args: unknown[]) => void)[];
    if (!handle || others.length > 0) throw new Error('Fastify listens to its server in another way.');
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const goOn = () => {
        handle.call(server, request, response);
      };
      const pass = !this.closed && request.method === 'GET' ? this.passOf(request) : undefined;
      const hit = pass && this.cache.hit<CachedResponse>(pass.key);
      const answered = hit ? this.answer(request, response, pass, hit) : false;
      if (isPromise(answered))
        answered.then((is) => {
          if (!is) goOn();
        }, goOn);
      else if (!answered) goOn();
    });
  }

  /** From now on every request takes the long way, which tells its client to connect elsewhere. */
  close(): void {
    this.closed = true;
  }

  /**
   * Whether it was answered; when the limits have no room, the guard refuses in its own words. At once where nothing
   * must be waited for.
   */
  private answer(
    request: IncomingMessage,
    response: ServerResponse,
    pass: Pass,
    hit: Cached<CachedResponse>,
  ): boolean | Promise<boolean> {
    const began = performance.now();
    const limits = pass.countAgain();
    const answer = cachedAnswer(request.headers, hit);
    if (!isPromise(limits) && !isPromise(answer))
      return limits !== undefined && send(request, response, pass, limits, answer, began);
    return Promise.all([limits, answer]).then(
      ([head, made]) => head !== undefined && send(request, response, pass, head, made, began),
    );
  }

  private passOf(request: IncomingMessage): Pass | undefined {
    const pass = this.passes.get(nameOf(request));
    const now = Date.now();
    if (!pass || pass.epoch !== this.epoch.current || now >= pass.until) return undefined;
    if (now >= pass.renewFrom) {
      pass.renewFrom = pass.until;
      return undefined;
    }
    return !hasBody(request) && !mayRefresh(request.headers, pass.principal) ? pass : undefined;
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  pass: Pass,
  limits: readonly string[],
  { status, headers, body }: CachedAnswer,
  began: number,
): true {
  const id = requestId(request);
  const length = body ? ['content-length', String(body.length)] : [];
  response.writeHead(status, ['x-request-id', id, ...pass.headers, ...limits, ...headers, ...length]);
  response.end(body);
  pass.tell(id, status, performance.now() - began);
  return true;
}

/** All of a request that a hook or guard decides by. */
function nameOf({ headers, socket, url }: IncomingMessage): string {
  const { authorization, accept, origin, host } = headers;
  const from = headers['x-forwarded-for'];
  return `${authorization}\n${accept}\n${origin}\n${host}\n${String(from)}\n${socket.remoteAddress}\n${url}`;
}

import { isPromise } from 'node:util/types';
import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AppError } from '../../kernel/errors.js';
import { LIMIT_CLASS, type LimitClass } from '../../platform/limits/limit-as.js';
import type { Verdict } from '../../platform/limits/quota.js';
import { RateLimiter } from '../../platform/limits/rate-limiter.js';
import { LimiterStorage } from '../../platform/limits/throttler-storage.js';
import { LimitDecider, type Decision } from './limit-decider.js';
import { LimitMetrics } from './limit-metrics.js';
import { keyOf, type AppliedPolicy } from './policies.js';
import { policyField, rateLimitHeaders, seconds, stateField } from './rate-limit-headers.js';
import type { ThrottlingOverride } from './throttling-override.js';

declare module 'fastify' {
  interface FastifyRequest {
    limits?: { decision: Decision; taken: [AppliedPolicy, Verdict][] };
  }
}

/**
 * Stands between `IdentifyGuard` and `AccessGuard`, so that a caller with wrong credentials is counted by its address
 * before it is refused. The loop over the quotas of a request is @nestjs/throttler's; who is counted, where, and what
 * the caller is told are ours (docs/adr/0013-rate-limits.md).
 */
@Injectable()
export class LimitGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() private readonly storage: LimiterStorage,
    reflector: Reflector,
    private readonly limiter: RateLimiter,
    private readonly decider: LimitDecider,
    private readonly metrics: LimitMetrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(options, storage, reflector);
  }

  override async onModuleInit(): Promise<void> {
    await super.onModuleInit();
    // the library sorts by window; ours must keep their order: a log-in counts against the address first
    this.throttlers.sort((a, b) => order(a.name) - order(b.name));
  }

  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!this.config.limits.enabled) {
      request.countAgain = UNCOUNTED;
      return true;
    }
    const limitClass = this.reflector.getAllAndOverride<LimitClass | undefined>(LIMIT_CLASS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const decision = await this.decider.decide(request, limitClass);
    request.limits = { decision, taken: [] };
    if (decision.kind === 'blocked') this.refuseBlocked(decision.override);
    request.countAgain = this.counterOf(decision);
    return decision.kind === 'exempt';
  }

  protected override async handleRequest({
    context,
    limit,
    ttl,
    throttler,
  }: ThrottlerRequest): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const name = throttler.name ?? THROTTLERS[0];
    const applied = appliedPolicy(context, name);
    const taken = request.limits?.taken;
    if (!applied || !taken) return true;
    const { verdict } = await this.storage.increment(
      keyOf(applied),
      ttl,
      limit,
      ttl,
      name,
      applied.quota.burst,
    );
    taken.push([applied, verdict]);
    void http.getResponse<FastifyReply>().headers(rateLimitHeaders(taken));
    if (!verdict.allowed) this.refuse(applied, verdict);
    return true;
  }

  /** See `RepeatLane`. */
  private counterOf(decision: Decision): FastifyRequest['countAgain'] {
    if (decision.kind === 'exempt') return UNCOUNTED;
    if (decision.kind === 'blocked' || decision.credentials) return undefined;
    const { policy } = decision;
    const key = keyOf(policy);
    const head = ['ratelimit-policy', policyField(policy), 'ratelimit'];
    const told = (verdict: Verdict) => (verdict.allowed ? [...head, stateField(policy, verdict)] : undefined);
    return () => {
      const verdict = this.limiter.takeSoon(key, policy.quota);
      return isPromise(verdict) ? verdict.then(told) : told(verdict);
    };
  }

  private refuse({ policy, quota }: AppliedPolicy, { retryMs }: Verdict): never {
    this.metrics.limited.inc({ policy });
    const retryAfterSeconds = seconds(retryMs);
    throw new AppError(
      'rate_limited',
      `At most ${quota.limit} requests in ${seconds(quota.windowMs)} s (${policy}); try again in ${retryAfterSeconds} s.`,
      { retryAfterSeconds },
    );
  }

  private refuseBlocked({ expiresAt }: ThrottlingOverride): never {
    this.metrics.limited.inc({ policy: 'blocked' });
    const until = expiresAt ? `until ${expiresAt.toISOString()}` : 'until further notice';
    throw new AppError('caller_blocked', `An operator has blocked this caller ${until}.`);
  }
}

const UNCOUNTED = () => [];

/** The quotas a request may be under, in the order they are counted: the caller's, and that of failed log-ins. */
export const THROTTLERS = ['default', 'credentials'] as const;

const order = (name = 'default') => THROTTLERS.findIndex((throttler) => throttler === name);

/** What the decision for this request says of one of the `THROTTLERS`. */
export function appliedPolicy(context: ExecutionContext, throttler: string): AppliedPolicy | undefined {
  const decision = context.switchToHttp().getRequest<FastifyRequest>().limits?.decision;
  if (decision?.kind !== 'limited') return undefined;
  return throttler === 'credentials' ? decision.credentials : decision.policy;
}

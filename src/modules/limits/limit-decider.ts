import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { LimitClass } from '../../platform/limits/limit-as.js';
import { callerOf, type Caller } from './caller.js';
import { Overrides } from './overrides.js';
import { PlanLimits } from './plan-limits.js';
import { quotas, type AppliedPolicy } from './policies.js';
import type { ThrottlingOverride } from './throttling-override.js';

/** What holds for one request. */
export type Decision =
  | { kind: 'exempt' }
  | { kind: 'blocked'; override: ThrottlingOverride }
  | { kind: 'limited'; policy: AppliedPolicy; credentials?: AppliedPolicy };

/** Finds the limits of a request: by its caller, its route and the operators' overrides. */
@Injectable()
export class LimitDecider {
  private readonly quotas: ReturnType<typeof quotas>;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly plans: PlanLimits,
    private readonly overrides: Overrides,
  ) {
    this.quotas = quotas(config);
  }

  async decide(request: FastifyRequest, limitClass: LimitClass | undefined): Promise<Decision> {
    if (limitClass === 'exempt') return { kind: 'exempt' };
    const caller = callerOf(request);
    const override = this.overrides.match(caller);
    if (override?.action === 'exempt') return { kind: 'exempt' };
    if (override?.action === 'block') return { kind: 'blocked', override };
    const policy = override ? limitOf(override, caller) : await this.policyOf(caller, limitClass);
    if (limitClass !== 'credentials') return { kind: 'limited', policy };
    const { credentials } = this.quotas;
    const tracker = `${caller.network} ${accountOf(request)}`;
    return { kind: 'limited', policy, credentials: { policy: 'credentials', quota: credentials, tracker } };
  }

  private async policyOf(caller: Caller, limitClass: LimitClass | undefined): Promise<AppliedPolicy> {
    const { principal, network } = caller;
    // crawlers and log-ins are counted by address whatever credentials come along
    if (limitClass === 'public') return { policy: 'public', quota: this.quotas.public, tracker: network };
    if (!principal || limitClass === 'credentials') {
      return { policy: 'anonymous', quota: this.quotas.anonymous, tracker: network };
    }
    if (principal.role === 'admin')
      return { policy: 'admin', quota: this.quotas.admin, tracker: principal.id };
    const shop = principal.kind === 'api_key' ? principal.shops[0] : undefined;
    if (shop) {
      const perMinute = await this.plans.requestsPerMinute(shop);
      if (perMinute !== undefined)
        return { policy: 'plan', quota: this.quotas.plan(perMinute), tracker: shop };
    }
    return { policy: 'account', quota: this.quotas.account, tracker: principal.id };
  }
}

/** Everybody an override fits shares its limit, except that of a network, which each address has for itself. */
function limitOf(
  { id, subjectKind, limit, windowSeconds }: ThrottlingOverride,
  { network }: Caller,
): AppliedPolicy {
  return {
    policy: 'override',
    quota: { limit: limit ?? 1, windowMs: (windowSeconds ?? 60) * 1000 },
    tracker: subjectKind === 'ip' ? `${id} ${network}` : id,
  };
}

/** The account a log-in or registration is for, as far as the unchecked body tells; hashed, as it may be long. */
function accountOf({ body }: FastifyRequest): string {
  const email = typeof body === 'object' && body !== null && 'email' in body ? body.email : undefined;
  return createHash('sha256')
    .update(typeof email === 'string' ? email.trim().toLowerCase() : '')
    .digest('base64url');
}

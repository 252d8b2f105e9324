import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { assertTransition } from '../../kernel/state-machine.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import type { AuditChange } from '../../platform/audit/audit-event.js';
import { CacheService } from '../../platform/cache/cache.service.js';
import { occurrence } from '../../platform/events/event-type.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import { DEFAULT_PLAN, type Plan } from './plan.js';
import { PLANS_TAG, PlansService } from './plans.service.js';
import { SUBSCRIPTION_TRANSITIONS, type Subscription, type SubscriptionStatus } from './subscription.js';
import { dataOf, subscriptionCreated, subscriptionUpdated } from './subscription.events.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

const DAY_MS = 24 * 3600 * 1000;
/** How long a plan look-up is remembered (requirements R2.4); a change voids it at once. */
const PLAN_TTL_MS = 5 * 60_000;
const AT_ONCE = 100;

/** What is needed of a plan to hold a shop to it. */
export type PlanInForce = Pick<Plan, 'name' | 'limits'>;

function subscriptionTag(shop: ShopDomain): string {
  return `subscription:${shop}`;
}

/** One subscription a shop: created on first sight with the default plan. */
@Injectable()
export class SubscriptionsService implements OnModuleInit {
  constructor(
    private readonly repository: SubscriptionsRepository,
    private readonly plans: PlansService,
    private readonly tenants: TenantData,
    private readonly cache: CacheService,
    private readonly audit: AuditTrail,
  ) {}

  onModuleInit(): void {
    this.tenants.register('subscription', (shop) => this.repository.deleteAll(shop));
  }

  async get(shop: ShopDomain): Promise<Subscription> {
    return (await this.repository.find(shop)) ?? this.createDefault(shop);
  }

  /** The plan whose limits hold now: a cancelled subscription falls back to the default plan's. */
  async planInForce(shop: ShopDomain): Promise<PlanInForce> {
    const tags = [PLANS_TAG, subscriptionTag(shop)];
    const key = { resource: 'plan-in-force', tenant: shop, id: 'plan', tags, ttlMs: PLAN_TTL_MS };
    const { value } = await this.cache.getOrSet<PlanInForce>(key, async () => {
      const { plan, status } = await this.get(shop);
      const { name, limits } = await this.plans.get(status === 'cancelled' ? DEFAULT_PLAN : plan);
      return { name, limits };
    });
    return value;
  }

  /**
   * Moves to another plan, another status, or both; `version` is what the caller last saw. What a plan is chosen
   * for, again or anew, see `statusOn`.
   * @throws AppError `plan_not_found`, `invalid_transition`, `version_mismatch`
   */
  async change(
    shop: ShopDomain,
    wanted: { plan?: string; status?: SubscriptionStatus },
    version?: number,
  ): Promise<Subscription> {
    const current = await this.get(shop);
    if (version !== undefined && version !== current.version) throw outdated(current);
    const next = await this.next(current, wanted);
    if (next.plan === current.plan && next.status === current.status) return current;
    const changed = await this.transition(current, next);
    if (!changed) throw outdated(await this.get(shop));
    await this.cache.invalidateTags(subscriptionTag(shop));
    return changed;
  }

  /** Trials that are over become `past_due`. Returns how many. */
  async endTrials(now = new Date()): Promise<number> {
    let ended = 0;
    for (;;) {
      const due = await this.repository.endedTrials(now, AT_ONCE);
      for (const trial of due) {
        const next = { plan: trial.plan, status: 'past_due' as const, trialEndsAt: trial.trialEndsAt };
        if (!(await this.transition(trial, next))) continue;
        await this.cache.invalidateTags(subscriptionTag(trial.shop));
        ended++;
      }
      if (due.length < AT_ONCE) return ended;
    }
  }

  private async transition(
    current: Subscription,
    next: Pick<Subscription, 'plan' | 'status' | 'trialEndsAt'>,
  ): Promise<Subscription | null> {
    return this.audit.recorded(
      (session) => this.repository.transition(current, next, session),
      (changed) => changed && subscriptionChange(current, changed),
    );
  }

  private async next(
    current: Subscription,
    { plan: name, status }: { plan?: string; status?: SubscriptionStatus },
  ) {
    let next = { plan: current.plan, status: current.status, trialEndsAt: current.trialEndsAt };
    if (name !== undefined && (name !== current.plan || current.status === 'cancelled')) {
      const plan = await this.plans.get(name);
      if (plan.archivedAt) throw new AppError('plan_not_found', `The plan "${name}" is no longer offered.`);
      next = { plan: name, ...statusOn(plan, current, await this.plans.get(current.plan), new Date()) };
    }
    if (status !== undefined && status !== next.status) {
      assertTransition(SUBSCRIPTION_TRANSITIONS, next.status, status);
      next.status = status;
    }
    return next;
  }

  private async createDefault(shop: ShopDomain): Promise<Subscription> {
    const plan = await this.plans.get(DEFAULT_PLAN);
    const now = new Date();
    const start = beginning(plan, null, now);
    const first: Subscription = {
      shop,
      plan: plan.plan,
      ...start,
      usage: { products: 0 },
      history: [{ status: start.status, plan: plan.plan, at: now }],
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    try {
      await this.audit.recorded(
        (session) => this.repository.insertIfAbsent(first, session),
        (inserted) => (inserted ? subscriptionChange(null, first) : null),
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error; // another request was first
    }
    const created = await this.repository.find(shop);
    if (!created) throw new AppError('subscription_not_found', `The shop "${shop}" has no subscription.`);
    return created;
  }
}

type Standing = Pick<Subscription, 'status' | 'trialEndsAt'>;

/** Where a subscription stands on a newly chosen plan: what is owed stays owed, and what is paid stays paid. */
function statusOn(plan: Plan, { status, trialEndsAt }: Subscription, left: Plan, now: Date): Standing {
  const keeps = status === 'past_due' || (plan.price > 0 && status === 'active' && left.price > 0);
  return keeps ? { status, trialEndsAt } : beginning(plan, trialEndsAt, now);
}

/**
 * A free plan is active at once. A paid one starts with the shop's one trial or with what is left of it, and then
 * waits for the payment.
 */
function beginning(plan: Plan, trialEndsAt: Date | null, now: Date): Standing {
  if (plan.price === 0) return { status: 'active', trialEndsAt };
  const end = trialEndsAt ?? (plan.trialDays > 0 ? new Date(now.getTime() + plan.trialDays * DAY_MS) : null);
  return { status: end && end > now ? 'trial' : 'past_due', trialEndsAt: end };
}

function outdated({ version }: Subscription): AppError {
  return new AppError('version_mismatch', `The subscription is at version ${version} now; read it again.`);
}

function subscriptionChange(before: Subscription | null, after: Subscription): AuditChange {
  const about = ({ plan, status, trialEndsAt }: Subscription) => ({ plan, status, trialEndsAt });
  return {
    action: before ? 'updated' : 'created',
    resource: 'subscription',
    resourceId: after.shop,
    shop: after.shop,
    before: before && about(before),
    after: about(after),
    event: occurrence(
      before ? subscriptionUpdated : subscriptionCreated,
      after.version,
      dataOf(before, after),
    ),
  };
}

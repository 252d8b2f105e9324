import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { assertCurrency } from '../../kernel/currency.js';
import { AppError } from '../../kernel/errors.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import type { AuditAction } from '../../platform/audit/audit-event.js';
import { CacheService } from '../../platform/cache/cache.service.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { createOnce } from '../../platform/idempotency/creation.js';
import { DEFAULT_PLAN, type Plan } from './plan.js';
import { PlansRepository } from './plans.repository.js';

export type PlanInput = Pick<Plan, 'name' | 'price' | 'currency' | 'trialDays' | 'limits'>;

/** Voids every cached answer about plans. */
export const PLANS_TAG = 'plans';

const MOST_PLANS = 250;

@Injectable()
export class PlansService {
  constructor(
    private readonly repository: PlansRepository,
    private readonly cache: CacheService,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws AppError `plan_not_found` */
  async get(plan: string): Promise<Plan> {
    const found = await this.repository.find(plan);
    if (!found) throw new AppError('plan_not_found', `There is no plan "${plan}".`);
    return found;
  }

  async listOffered(): Promise<Plan[]> {
    return this.repository.listOffered(MOST_PLANS);
  }

  /** @throws AppError `plan_exists`, `validation_failed` */
  async create(plan: string, input: PlanInput): Promise<Plan> {
    assertCurrency(input.currency);
    const now = new Date();
    const created: Plan = { plan, ...input, archivedAt: null, version: 1, createdAt: now, updatedAt: now };
    const stored = await createOnce(
      'plan',
      (id) => this.repository.findById(id),
      async (id) => {
        await this.insert(id, created);
        return created;
      },
    );
    await this.cache.invalidateTags(PLANS_TAG);
    return stored;
  }

  /** Changes a plan for all its subscribers at once. */
  async update(plan: string, change: Partial<PlanInput>, version: number | undefined): Promise<Plan> {
    if (change.currency !== undefined) assertCurrency(change.currency);
    return this.write('updated', plan, change, version);
  }

  /**
   * Takes a plan off the offer; its subscribers keep it.
   * @throws AppError `plan_in_use` for the plan that shops without a choice get
   */
  async archive(plan: string, version: number | undefined): Promise<Plan> {
    if (plan === DEFAULT_PLAN)
      throw new AppError('plan_in_use', `The plan "${plan}" is what shops get that chose none.`);
    return this.write('archived', plan, { archivedAt: new Date() }, version);
  }

  private async insert(id: Types.ObjectId, plan: Plan): Promise<void> {
    const change = { ...planChange('created', plan.plan), after: about(plan) };
    try {
      await this.audit.recorded(
        (session) => this.repository.insert(id, plan, session),
        () => change,
      );
    } catch (error) {
      if (isDuplicateKey(error, 'plan'))
        throw new AppError('plan_exists', `There is a plan "${plan.plan}" already.`);
      throw error;
    }
  }

  private async write(
    action: AuditAction,
    plan: string,
    change: Partial<Plan>,
    version: number | undefined,
  ): Promise<Plan> {
    const { after: updated } = await this.audit.recorded(
      async (session) => ({
        before: await this.repository.find(plan, session),
        after: await this.repository.update(plan, change, version, session),
      }),
      ({ before, after }) =>
        before && after && { ...planChange(action, plan), before: about(before), after: about(after) },
    );
    if (updated) {
      await this.cache.invalidateTags(PLANS_TAG);
      return updated;
    }
    const current = await this.get(plan);
    throw new AppError('version_mismatch', `The plan is at version ${current.version} now; read it again.`);
  }
}

function planChange(action: AuditAction, plan: string) {
  return { action, resource: 'plan', resourceId: plan, shop: null } as const;
}

function about({ name, price, currency, trialDays, limits, archivedAt }: Plan) {
  return { name, price, currency, trialDays, limits, archivedAt };
}

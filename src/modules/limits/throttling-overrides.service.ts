import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { AppError, invalidField } from '../../kernel/errors.js';
import { parseNetwork } from '../../kernel/ip-network.js';
import { shopDomain } from '../../kernel/shop-domain.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import type { AuditAction, AuditChange } from '../../platform/audit/audit-event.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { createOnce } from '../../platform/idempotency/creation.js';
import type { Caller } from './caller.js';
import { OverrideTable } from './override-table.js';
import { MOST_OVERRIDES, Overrides } from './overrides.js';
import type { SubjectKind, ThrottlingOverride } from './throttling-override.js';
import { ThrottlingOverridesRepository } from './throttling-overrides.repository.js';

type Terms = Pick<ThrottlingOverride, 'action' | 'limit' | 'windowSeconds' | 'reason' | 'expiresAt'>;
export type OverrideInput = Pick<ThrottlingOverride, 'subjectKind' | 'subject'> & Terms;

/** Operators' exceptions to the limits. */
@Injectable()
export class ThrottlingOverridesService {
  constructor(
    private readonly repository: ThrottlingOverridesRepository,
    private readonly overrides: Overrides,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws AppError `throttling_override_not_found` */
  async get(id: string): Promise<ThrottlingOverride> {
    const found = await this.repository.find(id);
    if (!found)
      throw new AppError('throttling_override_not_found', `There is no throttling override "${id}".`);
    return found;
  }

  async list(
    filter: { subjectKind?: SubjectKind; subject?: string },
    offset: number,
    limit: number,
  ): Promise<{ overrides: ThrottlingOverride[]; total: number }> {
    return {
      overrides: await this.repository.list(filter, offset, limit),
      total: await this.repository.count(filter),
    };
  }

  /**
   * Stores an override and puts it in force: here before this returns, on every other instance within a second.
   * @throws AppError `throttling_override_exists`, `validation_failed`
   */
  async create(input: OverrideInput, operator: Caller): Promise<ThrottlingOverride> {
    const now = new Date();
    const createdBy = operator.principal?.id ?? 'unknown';
    const override = {
      ...input,
      subject: canonicalSubject(input),
      createdBy,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    assertTerms(override, now);
    assertLeavesIn(override, operator);
    const stored = await createOnce(
      'throttling override',
      (id) => this.repository.find(String(id)),
      (id) => this.insert(id, override),
    );
    await this.overrides.changed();
    return stored;
  }

  private async insert(
    id: Types.ObjectId,
    override: Omit<ThrottlingOverride, 'id'>,
  ): Promise<ThrottlingOverride> {
    if ((await this.repository.count({})) >= MOST_OVERRIDES) {
      throw new AppError(
        'conflict',
        `There are ${MOST_OVERRIDES} overrides already; remove some, or use networks.`,
      );
    }
    try {
      return await this.audit.recorded(
        (session) => this.repository.insert(id, override, session),
        (stored) => overrideChange('created', null, stored),
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      throw new AppError(
        'throttling_override_exists',
        `There is an override for ${override.subjectKind} "${override.subject}" already; change that one.`,
      );
    }
  }

  /** @throws AppError `throttling_override_not_found`, `version_mismatch`, `validation_failed` */
  async update(
    id: string,
    change: Partial<Terms>,
    version: number | undefined,
    operator: Caller,
  ): Promise<ThrottlingOverride> {
    const current = await this.get(id);
    const next = { ...current, ...change };
    if (change.action !== undefined && change.action !== 'limit') {
      next.limit = change.limit ?? null;
      next.windowSeconds = change.windowSeconds ?? null;
    }
    assertTerms(next, new Date());
    assertLeavesIn(next, operator);
    const { action, limit, windowSeconds, reason, expiresAt } = next;
    const updated =
      version === undefined || version === current.version
        ? await this.audit.recorded(
            (session) =>
              this.repository.update(
                id,
                { action, limit, windowSeconds, reason, expiresAt },
                current.version,
                session,
              ),
            (after) => after && overrideChange('updated', current, after),
          )
        : null;
    if (!updated) {
      const { version: latest } = await this.get(id);
      throw new AppError('version_mismatch', `The override is at version ${latest} now; read it again.`);
    }
    await this.overrides.changed();
    return updated;
  }

  /** @throws AppError `throttling_override_not_found` */
  async remove(id: string): Promise<void> {
    const deleted = await this.audit.recorded(
      (session) => this.repository.delete(id, session),
      (before) => before && overrideChange('deleted', before, null),
    );
    if (!deleted) await this.get(id);
    await this.overrides.changed();
  }
}

/** A subject in the one spelling it is stored and compared in. @throws AppError `validation_failed` */
export function canonicalSubject({
  subjectKind,
  subject,
}: Pick<OverrideInput, 'subjectKind' | 'subject'>): string {
  const canonical = {
    ip: () => parseNetwork(subject)?.cidr,
    tenant: () => shopDomain(subject) ?? /^[\w-]{1,64}$/.exec(subject)?.[0],
    user: () => /^[\w-]{1,64}$/.exec(subject)?.[0],
    key: () => /^[\w-]{1,64}$/.exec(subject)?.[0],
  }[subjectKind]();
  const expected = {
    ip: 'an IP address or CIDR',
    tenant: "a shop's domain or an organisation's id",
    user: "an account's id",
    key: "an API key's id",
  };
  if (!canonical) throw invalid('subject', `must be ${expected[subjectKind]}`);
  return canonical;
}

function assertTerms({ action, limit, windowSeconds, expiresAt }: Terms, now: Date): void {
  const limits = action === 'limit';
  if (limits !== (limit !== null))
    throw invalid('limit', limits ? 'is needed for the action "limit"' : 'is for the action "limit" only');
  if (limits !== (windowSeconds !== null)) {
    throw invalid(
      'windowSeconds',
      limits ? 'is needed for the action "limit"' : 'is for the action "limit" only',
    );
  }
  if (expiresAt && expiresAt <= now) throw invalid('expiresAt', 'must be in the future');
}

/** An operator who blocks himself could not undo it. */
function assertLeavesIn(override: Omit<ThrottlingOverride, 'id'>, operator: Caller): void {
  if (override.action !== 'block') return;
  const alone = new OverrideTable();
  alone.replace([{ ...override, id: '' }]);
  if (alone.match(operator)) throw invalid('subject', 'would block the operator who asks for it');
}

function invalid(field: string, message: string): AppError {
  return invalidField(field, 'throttling_override', message);
}

function overrideChange(
  action: AuditAction,
  before: ThrottlingOverride | null,
  after: ThrottlingOverride | null,
): AuditChange {
  const resourceId = (after ?? before)?.id ?? '';
  const about = (override: ThrottlingOverride) => {
    const { subjectKind, subject, action: does, limit, windowSeconds, reason, expiresAt } = override;
    return { subjectKind, subject, action: does, limit, windowSeconds, reason, expiresAt };
  };
  return {
    ...{ action, resource: 'throttling_override', resourceId, shop: null },
    before: before && about(before),
    after: after && about(after),
  };
}

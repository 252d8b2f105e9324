import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Types } from 'mongoose';
import { decodeId, encodeCursor } from '../../kernel/cursor.js';
import { AppError } from '../../kernel/errors.js';
import type { AuditAction, AuditChange } from '../audit/audit-event.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { isDuplicateKey } from '../database/database-errors.js';
import { createOnce } from '../idempotency/creation.js';
import { TenantData } from '../tenancy/tenant-data.js';
import {
  EVERYWHERE,
  type MailSuppressionDocument,
  type SuppressionReason,
} from './mail-suppression.schema.js';
import { MailSuppressionsRepository, type SuppressionFilter } from './mail-suppressions.repository.js';

const SORT = 'mail-suppressions';

export interface NewSuppression {
  address: string;
  reason: SuppressionReason;
  /** The tenant whose mails it is about; everybody's if absent. */
  scope?: string;
  detail?: string;
}

/** Which addresses are sent nothing any more, or nothing of what they did not ask for. */
@Injectable()
export class MailSuppressionsService implements OnModuleInit {
  constructor(
    private readonly repository: MailSuppressionsRepository,
    private readonly tenants: TenantData,
    private readonly audit: AuditTrail,
  ) {}

  onModuleInit(): void {
    this.tenants.register('mail suppressions', (shop) => this.repository.deleteAll(shop));
  }

  /**
   * Why an address must not be sent a mail of a tenant (null for the system's own); undefined when it may. An
   * unsubscription holds back what is not transactional; whatever else stands against an address holds back all.
   */
  async refusal(
    tenant: string | null,
    address: string,
    kind: 'transactional' | 'other',
  ): Promise<SuppressionReason | undefined> {
    const scopes = [EVERYWHERE, ...(tenant === null ? [] : [tenant])];
    const entries = await this.repository.of(scopes, address.toLowerCase());
    return entries.find(({ reason }) => reason !== 'unsubscribe' || kind === 'other')?.reason;
  }

  /** Puts an address on the list; what stands there already stays as it is. */
  async add({
    address,
    reason,
    scope = EVERYWHERE,
    detail = '',
  }: NewSuppression): Promise<MailSuppressionDocument> {
    return createOnce(
      'mail suppression',
      (id) => this.repository.find(String(id)),
      async (_id) => {
        const wanted = { _id, address: address.toLowerCase(), scope, reason, detail: detail.slice(0, 500) };
        return this.put({ ...wanted, createdAt: new Date() });
      },
    );
  }

  private async put(wanted: MailSuppressionDocument): Promise<MailSuppressionDocument> {
    for (;;) {
      try {
        const { entry } = await this.audit.recorded(
          (session) => this.repository.put(wanted, session),
          ({ entry: after, isNew }) => (isNew ? suppressionChange('created', after) : null),
        );
        return entry;
      } catch (error) {
        if (!isDuplicateKey(error, 'address_scope_reason')) throw error; // else another was quicker: it is there now
      }
    }
  }

  /** Newest first. @throws AppError `invalid_cursor` */
  async list({ address, reason }: SuppressionFilter, limit: number, cursor?: string) {
    const before = cursor === undefined ? undefined : new Types.ObjectId(decodeId(cursor, SORT));
    const filter = {
      ...(address ? { address: address.toLowerCase() } : {}),
      ...(reason ? { reason } : {}),
    };
    const suppressions = await this.repository.list(filter, before, limit + 1);
    const hasMore = suppressions.length > limit;
    if (hasMore) suppressions.pop();
    const last = suppressions.at(-1);
    const nextCursor = hasMore && last ? encodeCursor({ sort: SORT, values: [String(last._id)] }) : null;
    return { suppressions, page: { hasMore, nextCursor } };
  }

  /** Takes an entry off the list. @throws AppError `mail_suppression_not_found` */
  async remove(id: string): Promise<void> {
    const removed = await this.audit.recorded(
      (session) => this.repository.delete(id, session),
      (before) => before && suppressionChange('deleted', before),
    );
    if (!removed) throw new AppError('mail_suppression_not_found', `There is no suppression "${id}".`);
  }
}

function suppressionChange(action: AuditAction, entry: MailSuppressionDocument): AuditChange {
  const { _id, address: email, scope, reason, detail } = entry;
  const about = { email, scope, reason, detail };
  return {
    ...{ action, resource: 'mail_suppression', resourceId: String(_id) },
    shop: scope === EVERYWHERE ? null : scope,
    ...(action === 'deleted' ? { before: about } : { after: about }),
  };
}

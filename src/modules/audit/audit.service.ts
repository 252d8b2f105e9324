import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import type { AuditEvent } from '../../platform/audit/audit-event.js';
import { auditCursor, auditQuery, type AuditFilter } from '../../platform/audit/audit.query.js';
import { AuditRepository } from '../../platform/audit/audit.repository.js';

const DAY_MS = 24 * 3600 * 1000;

export interface AuditPage {
  events: AuditEvent[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** Reads the audit trail, and removes what is older than AUDIT_RETENTION_DAYS. */
@Injectable()
export class AuditService {
  constructor(
    private readonly repository: AuditRepository,
    private readonly trail: AuditTrail,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Newest first. @throws AppError `invalid_cursor` */
  async list(filter: AuditFilter, limit: number, cursor?: string): Promise<AuditPage> {
    // one more than asked tells whether there is a next page
    const events = await this.repository.list(auditQuery(filter, cursor), limit + 1);
    const hasMore = events.length > limit;
    if (hasMore) events.pop();
    const last = events.at(-1);
    return { events, hasMore, nextCursor: hasMore && last ? auditCursor(last) : null };
  }

  /** How many events the next removal would remove. */
  async countExpired(now = new Date()): Promise<{ removed: number }> {
    return { removed: await this.repository.countBefore(this.expiry(now)) };
  }

  private expiry(now: Date): Date {
    return new Date(now.getTime() - this.config.audit.retentionDays * DAY_MS);
  }

  /** Removes events whose time is over and records that it did. Returns how many. */
  async removeExpired(signal?: AbortSignal, now = new Date()): Promise<{ removed: number }> {
    const before = this.expiry(now);
    const removed = await this.repository.deleteBefore(before, signal);
    if (removed > 0) {
      const after = { removed, before };
      await this.trail.record({
        action: 'purged',
        resource: 'audit_log',
        resourceId: 'all',
        shop: null,
        after,
      });
    }
    return { removed };
  }
}

import { Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import { decodePosition, encodeCursor } from '../../kernel/cursor.js';
import { AppError } from '../../kernel/errors.js';
import type { AuditAction, AuditChange } from '../audit/audit-event.js';
import { AuditTrail } from '../audit/audit-trail.js';
import {
  DeadLettersRepository,
  type DeadLetter,
  type DeadLetterFilter,
  type Position,
} from './dead-letters.repository.js';
import type { JobRecord } from './job.js';
import { JobsService } from './jobs.service.js';
import { QueueRegistry } from './queue-registry.js';

const SORT = 'dead-letters';
/** A discarded one can be looked up for a day more. */
const DISCARDED_MS = 24 * 3600 * 1000;

/** What operators do about jobs that were given up: look, run again, let go. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly repository: DeadLettersRepository,
    private readonly jobs: JobsService,
    private readonly queues: QueueRegistry,
    private readonly audit: AuditTrail,
  ) {}

  /** Newest first. @throws AppError `invalid_cursor` */
  async list(wanted: DeadLetterFilter, limit: number, cursor?: string) {
    const last = cursor === undefined ? undefined : positionOf(cursor);
    const letters = await this.repository.list(wanted, last, limit + 1);
    const hasMore = letters.length > limit;
    if (hasMore) letters.pop();
    const end = letters.at(-1);
    return { letters, page: { hasMore, nextCursor: hasMore && end ? cursorOf(end) : null } };
  }

  /** @throws AppError `job_not_found` */
  async get(id: string): Promise<DeadLetter> {
    const found = await this.repository.find(id);
    if (!found) throw notFound(id);
    return found;
  }

  /**
   * Runs it again with all its tries.
   * @throws AppError `job_not_found`, `queue_unavailable`
   */
  async replay(id: string): Promise<JobRecord> {
    await this.get(id);
    this.queues.assertReachable();
    const revived = await this.revive(id);
    if (!revived) throw notFound(id);
    return revived;
  }

  /**
   * Runs up to `limit` again, newest first, each on record by itself. Returns how many.
   * @throws AppError `queue_unavailable`
   */
  async replayMany(wanted: DeadLetterFilter, limit: number): Promise<number> {
    this.queues.assertReachable();
    let replayed = 0;
    for (const { job } of await this.repository.list(wanted, undefined, limit))
      if (await this.revive(job.id)) replayed++;
    return replayed;
  }

  /** @throws AppError `job_not_found` */
  async discard(id: string): Promise<void> {
    await this.get(id);
    const expiresAt = new Date(Date.now() + DISCARDED_MS);
    const discarded = await this.audit.recorded(
      (session) => this.repository.discard(id, expiresAt, session),
      (job) => (job ? change('discarded', job) : null),
    );
    if (!discarded) throw notFound(id);
  }

  /** Undefined when it is no dead letter any more. What cannot be queued now, the reconciler queues. */
  private async revive(id: string): Promise<JobRecord | undefined> {
    const revived = await this.audit.recorded(
      (session) => this.repository.revive(id, session),
      (job) => (job ? change('replayed', job) : null),
    );
    if (revived) await this.jobs.requeue(revived);
    return revived;
  }
}

function change(action: AuditAction, { id, name, shop }: JobRecord): AuditChange {
  return { action, resource: 'job', resourceId: id, shop, after: { name } };
}

function cursorOf({ job, deadAt }: DeadLetter): string {
  return encodeCursor({ sort: SORT, values: [deadAt, job.id] });
}

function positionOf(cursor: string): Position {
  const { value: deadAt, id } = decodePosition(cursor, SORT, (value) => value instanceof Date);
  return { deadAt, _id: new Types.ObjectId(id) };
}

function notFound(id: string): AppError {
  return new AppError('job_not_found', `There is no dead letter "${id}".`);
}

import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ClientSession, mongo, Types } from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../observability/observability.module.js';
import type { AuditEventDocument } from './audit-event.schema.js';
import { AuditRepository } from './audit.repository.js';

/** A stored document that carries the event of its creation until that is moved to the audit trail. */
export interface WithPendingEvent {
  _id: Types.ObjectId;
  pendingAudit?: AuditEventDocument;
}

type Source = mongo.Collection<WithPendingEvent>;

/** Name of the sparse index `{ 'pendingAudit.at': 1 }` that each source has. */
export const PENDING_INDEX = 'pendingAudit.at';
const FLUSH_MS = 100;
const AT_ONCE = 500;
const SWEEP_MS = 10_000;
/** Younger ones are about to be moved by the process that wrote them. */
const LEFT_BEHIND_MS = 5_000;

/**
 * For what is created often: the event is written inside the new document, by the same insert, and moved from there
 * in batches. A transaction of the two would cost twice the insert (ADR 0015). What a process that died did not
 * move, the sweep of any worker does.
 */
@Injectable()
export class AuditOutbox implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly waiting = new Map<Source, WithPendingEvent[]>();
  private flushTimer: NodeJS.Timeout | undefined;
  private sweepTimer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly events: AuditRepository,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Names a collection whose documents may carry a pending event. */
  register(source: mongo.Collection<never>): void {
    this.waiting.set(source as unknown as Source, []);
  }

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    this.sweepTimer = setInterval(() => {
      this.enqueue(() => this.sweep());
    }, SWEEP_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.sweepTimer);
    clearTimeout(this.flushTimer);
    this.enqueue(() => this.flush());
    await this.running;
  }

  /** Says that a document was stored with its event inside; the event is moved within a moment. */
  stored(source: mongo.Collection<never>, document: Required<WithPendingEvent>): void {
    this.waiting
      .get(source as unknown as Source)
      ?.push({ _id: document._id, pendingAudit: document.pendingAudit });
    this.flushTimer ??= setTimeout(() => {
      this.flushTimer = undefined;
      this.enqueue(() => this.flush());
    }, FLUSH_MS).unref();
  }

  /** Moves the event of a document that is being deleted, in the same transaction. */
  async rescue(document: WithPendingEvent, session: ClientSession): Promise<void> {
    if (document.pendingAudit) await this.events.insertOnce(document.pendingAudit, session);
  }

  /** Moves what was left behind longer than `leftBehindMs` ago. Returns how many. */
  async sweep(leftBehindMs = LEFT_BEHIND_MS): Promise<number> {
    let moved = 0;
    for (const source of this.waiting.keys()) {
      const old = { 'pendingAudit.at': { $lt: new Date(Date.now() - leftBehindMs) } };
      const options = { projection: { pendingAudit: 1 }, hint: PENDING_INDEX, limit: AT_ONCE } as const;
      const left = await source.find(old, options).toArray();
      await this.move(source, left);
      moved += left.length;
    }
    return moved;
  }

  private async flush(): Promise<void> {
    for (const [source, documents] of this.waiting) {
      while (documents.length > 0) await this.move(source, documents.splice(0, AT_ONCE));
    }
  }

  /** First the events, then the removal of their copies: cut off in between, it is done again without effect. */
  private async move(source: Source, documents: WithPendingEvent[]): Promise<void> {
    if (documents.length === 0) return;
    await this.events.insertMissing(documents.flatMap(({ pendingAudit }) => pendingAudit ?? []));
    const ids = documents.map(({ _id }) => _id);
    await source.updateMany({ _id: { $in: ids } }, { $unset: { pendingAudit: 1 } });
  }

  /** One after another; what fails stays in its document and is swept later. */
  private enqueue(work: () => Promise<unknown>): void {
    this.running = this.running.then(work).catch((err: unknown) => {
      this.logger.warn({ err }, 'Audit events could not be moved yet');
    });
  }
}

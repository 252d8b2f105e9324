import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ClientSession, mongo, Types } from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../observability/observability.module.js';
import { EventOutbox } from '../events/event-outbox.js';
import type { PendingChange } from './audit-event.schema.js';
import { AuditRepository } from './audit.repository.js';

/** A stored document that carries events of its changes until they are moved to the audit trail. */
export interface WithPendingEvents {
  _id: Types.ObjectId;
  pendingAudit?: PendingChange[];
}

type Source = mongo.Collection<WithPendingEvents>;

/** How a repository hands over the events inside its documents. */
export interface Outlet {
  /** Says that a document was written with an event inside; the event is moved within a moment. */
  written(_id: Types.ObjectId): void;
  /** Moves the events of a document that is being deleted, in the same transaction. */
  rescue(document: WithPendingEvents, session: ClientSession): Promise<void>;
}

/** Name of the sparse index `{ 'pendingAudit.at': 1 }` that each source has. */
export const PENDING_INDEX = 'pendingAudit.at';
const FLUSH_MS = 100;
const AT_ONCE = 500;
const SWEEP_MS = 10_000;
/** Younger ones are about to be moved by the process that wrote them. */
const LEFT_BEHIND_MS = 5_000;

/**
 * For what changes often: the event is written inside the document, by the write of the change itself, and moved from
 * there in batches. A transaction of the two would cost twice the write, and many of one document would abort each
 * other (ADR 0015). What a process that died did not move, the sweep of any worker does.
 */
@Injectable()
export class AuditOutbox implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly waiting = new Map<Source, Types.ObjectId[]>();
  private flushTimer: NodeJS.Timeout | undefined;
  private sweepTimer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly events: AuditRepository,
    private readonly outbox: EventOutbox,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Names a collection whose documents may carry pending events. */
  register<T extends WithPendingEvents>(source: mongo.Collection<T>): Outlet {
    const waiting: Types.ObjectId[] = [];
    this.waiting.set(source as unknown as Source, waiting);
    return {
      written: (_id) => {
        waiting.push(_id);
        this.flushSoon();
      },
      rescue: async ({ pendingAudit = [] }, session) => {
        for (const { event, ...audit } of pendingAudit) {
          await this.events.insertOnce(audit, session);
          if (event) await this.outbox.add(event, session);
        }
      },
    };
  }

  onApplicationBootstrap(): void {
    if (!this.config.runs.jobs) return;
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

  private flushSoon(): void {
    this.flushTimer ??= setTimeout(() => {
      this.flushTimer = undefined;
      this.enqueue(() => this.flush());
    }, FLUSH_MS).unref();
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
    for (const [source, ids] of this.waiting) {
      while (ids.length > 0) {
        const written = { _id: { $in: ids.splice(0, AT_ONCE) } };
        await this.move(source, await source.find(written, { projection: { pendingAudit: 1 } }).toArray());
      }
    }
  }

  /**
   * First the events, then the removal of their copies: cut off in between, it is done again without effect. All of a
   * document are moved together, so that none comes to the outbox before an earlier one that another process wrote.
   */
  private async move(source: Source, documents: WithPendingEvents[]): Promise<void> {
    const events = documents.flatMap(({ pendingAudit = [] }) => pendingAudit);
    if (events.length === 0) return;
    await this.outbox.move(events.flatMap(({ event }) => event ?? []));
    await this.events.insertMissing(events.map(({ event: _event, ...audit }) => audit));
    await source.updateMany({ _id: { $in: documents.map(({ _id }) => _id) } }, without(events));
  }

  /** One after another; what fails stays in its document and is swept later. */
  private enqueue(work: () => Promise<unknown>): void {
    this.running = this.running.then(work).catch((err: unknown) => {
      this.logger.warn({ err }, 'Audit events could not be moved yet');
    });
  }
}

/** Removes those events, and the field with the last of them: the sweep's index has the documents with the field only. */
function without(events: PendingChange[]): mongo.Document[] {
  const moved = { $in: ['$$this._id', events.map(({ _id }) => _id)] };
  const left = { $filter: { input: { $ifNull: ['$pendingAudit', []] }, cond: { $not: moved } } };
  const orNothing = { $cond: [{ $eq: ['$$left', []] }, '$$REMOVE', '$$left'] };
  return [{ $set: { pendingAudit: { $let: { vars: { left }, in: orNothing } } } }];
}

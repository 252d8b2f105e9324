import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Types, type ClientSession } from 'mongoose';
import { Transactions } from '../database/transactions.js';
import { requestContext } from '../observability/request-context.js';
import { TenantData } from '../tenancy/tenant-data.js';
import { actorOf } from './actor.js';
import type { AuditChange, AuditResource } from './audit-event.js';
import { EventOutbox } from '../events/event-outbox.js';
import type { PendingChange } from './audit-event.schema.js';
import { AuditRepository } from './audit.repository.js';
import { changesOf } from './changes.js';

const MAX_USER_AGENT = 300;

/** Records who changed what. Who, where from and for which tenant comes from the running request or job. */
@Injectable()
export class AuditTrail implements OnModuleInit {
  constructor(
    private readonly repository: AuditRepository,
    private readonly transactions: Transactions,
    private readonly tenants: TenantData,
    private readonly outbox: EventOutbox,
  ) {}

  onModuleInit(): void {
    this.tenants.register('audit events', (shop) => this.repository.deleteAll(shop));
  }

  /**
   * Makes a change and records it: both or neither. `write` gets the session its operations must use, one after
   * another; it runs again when the transaction met another one. `describe` returning null records nothing.
   */
  async recorded<T>(
    write: (session: ClientSession) => Promise<T>,
    describe: (result: T) => AuditChange | null,
  ): Promise<T> {
    return this.transactions.run(async (session) => {
      const result = await write(session);
      const change = describe(result);
      if (change) await this.record(change, session);
      return result;
    });
  }

  /** As `recorded`, for changes of many things that `write` makes: all of them with their events, or nothing. */
  async recordedAll(
    write: (session: ClientSession) => Promise<void>,
    describe: () => readonly AuditChange[],
  ): Promise<void> {
    await this.transactions.run(async (session) => {
      await write(session);
      const changes = describe().map((change) => this.eventOf(change));
      await this.repository.insertMany(
        changes.map(({ event: _event, ...audit }) => audit),
        session,
      );
      await this.outbox.addMany(
        changes.flatMap(({ event }) => event ?? []),
        session,
      );
    });
  }

  /** The events of a change, to be stored inside what is written (`AuditOutbox`). */
  eventOf({ action, resource, resourceId, shop, before, after, event }: AuditChange): PendingChange {
    const context = requestContext.getStore() ?? {};
    const recorded: PendingChange = {
      _id: new Types.ObjectId(),
      at: new Date(),
      action,
      resource,
      resourceId,
      shop: shop === undefined ? (context.shop ?? null) : shop,
      actor: actorOf(context),
      ...changesOf(before, after),
      requestId: context.requestId ?? null,
      jobId: context.jobId ?? null,
      ip: context.ip ?? null,
      userAgent: context.userAgent?.slice(0, MAX_USER_AGENT) ?? null,
    };
    const told = event && this.outbox.eventOf(recorded, event);
    return told ? { ...recorded, event: told } : recorded;
  }

  /** Undoes a creation that nobody has been told of, and its event with it. */
  async retracted(
    resource: AuditResource,
    resourceId: string,
    undo: (session: ClientSession) => Promise<boolean>,
  ): Promise<boolean> {
    return this.transactions.run(async (session) => {
      const undone = await undo(session);
      if (undone) await this.repository.deleteOf(resource, resourceId, session);
      return undone;
    });
  }

  /** Records one change, in the caller's transaction if there is one. */
  async record(change: AuditChange, session?: ClientSession): Promise<void> {
    const { event, ...audit } = this.eventOf(change);
    if (event && !session) return this.transactions.run((own) => this.record(change, own));
    await this.repository.insert(audit, session);
    if (event && session) await this.outbox.add(event, session);
  }
}

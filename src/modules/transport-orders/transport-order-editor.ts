import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { AppError } from '../../kernel/errors.js';
import type { AuditAction, AuditChange } from '../../platform/audit/audit-event.js';
import { actorOf } from '../../platform/audit/actor.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import type { Principal, Scope } from '../../platform/http/access.js';
import { actsFor, tenantsWith } from '../../platform/http/reach.js';
import type { Occurrence } from '../../platform/events/event-type.js';
import { requestContext } from '../../platform/observability/request-context.js';
import { statusChanged } from './transport-order.events.js';
import type { StatusEntry, TransportOrder, TransportStatus, TransportTerms } from './transport-order.js';
import { TransportOffersRepository } from './offers/transport-offers.repository.js';
import { EVERYBODY } from './transport-orders.query.js';
import { TransportOrdersRepository, type TransportEdit } from './transport-orders.repository.js';

export interface Change {
  edit: TransportEdit;
  entry?: StatusEntry;
  action?: AuditAction;
  /** What is written in the same transaction. */
  along?: (session: ClientSession) => Promise<void>;
  /** Whether carriers that are being asked are asked on; any other change of the order withdraws their offers. */
  keepsOffers?: boolean;
  /** What others are told; the new state, if it is one, unless this says more. */
  event?: (after: TransportOrder) => Occurrence;
}

/** An order to be made. */
export interface NewTransport {
  id: string;
  terms: TransportTerms;
  draft: boolean;
}

/** The one way an order changes: read, decide, write if nobody was quicker; with its audit event, both or neither. */
@Injectable()
export class TransportOrderEditor {
  constructor(
    private readonly repository: TransportOrdersRepository,
    private readonly offers: TransportOffersRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws AppError `transport_order_not_found`, also for an order of others */
  async get(principal: Principal, scope: Scope, id: string): Promise<TransportOrder> {
    const reached = tenantsWith(principal, scope);
    const order = await this.repository.find(reached === 'all' ? [EVERYBODY] : reached, id);
    if (!order) throw new AppError('transport_order_not_found', `There is no transport order "${id}".`);
    return order;
  }

  /** Makes an order under the id. @throws AppError `duplicate_reference` */
  async add(
    id: string,
    clientId: string,
    terms: TransportTerms,
    status: 'DRAFT' | 'PENDING',
  ): Promise<TransportOrder> {
    const order = newOrder(id, clientId, terms, status);
    try {
      await this.audit.recorded(
        (session) => this.repository.insertMany([order], session),
        () => creationOf(order),
      );
    } catch (error) {
      throw orDuplicate(error, terms.reference);
    }
    return order;
  }

  /** Makes orders of a client, all of them or none. @throws a duplicate key error when an id or a reference is taken */
  async addAll(clientId: string, wanted: readonly NewTransport[]): Promise<void> {
    const orders = wanted.map(({ id, terms, draft }) =>
      newOrder(id, clientId, terms, draft ? 'DRAFT' : 'PENDING'),
    );
    await this.audit.recordedAll(
      (session) => this.repository.insertMany(orders, session),
      () => orders.map(creationOf),
    );
  }

  /**
   * Makes the change that `decide` finds fit for the order as it is; it throws what speaks against it.
   * @throws AppError `transport_order_not_found`, `version_mismatch` when another change came first
   */
  async change(
    principal: Principal,
    id: string,
    version: number | undefined,
    decide: (order: TransportOrder) => Change | Promise<Change>,
  ): Promise<TransportOrder> {
    const before = await this.get(principal, 'transport-orders:write', id);
    if (version !== undefined && version !== before.version) throw outdated(before);
    const after = await this.write(before, await decide(before));
    if (!after) throw outdated(before);
    return after;
  }

  /** Writes a change of the order as it was read; null when another change came first. */
  async write(before: TransportOrder, change: Change): Promise<TransportOrder | null> {
    const { edit, entry, action = 'updated', along, keepsOffers = false, event } = change;
    const { id, clientId } = before;
    return this.audit.recorded(
      async (session) => {
        const order = await this.repository.update(before, edit, entry, session);
        if (!order) return null;
        await along?.(session);
        // only what is pending is offered
        if (before.status === 'PENDING' && !keepsOffers) await this.offers.withdraw(clientId, id, session);
        return order;
      },
      (order) => {
        if (!order) return null;
        const moved = order.status === before.status ? undefined : statusChanged(order, before.status);
        const told = event?.(order) ?? moved;
        return {
          ...{ action, resource: 'transport_order', resourceId: id, ...about(before), before, after: order },
          ...(told ? { event: told } : {}),
        };
      },
    );
  }
}

function newOrder(
  id: string,
  clientId: string,
  terms: TransportTerms,
  status: 'DRAFT' | 'PENDING',
): TransportOrder {
  const now = new Date();
  return {
    ...{ id, clientId, ...terms, carrierId: null, price: null, rating: null, lastPosition: null, status },
    ...{ history: [statusEntry(status)], version: 1, createdAt: now, updatedAt: now },
  };
}

function creationOf(order: TransportOrder): AuditChange {
  return {
    ...{ action: 'created', resource: 'transport_order', resourceId: order.id, ...about(order) },
    ...{ after: order, event: statusChanged(order, null) },
  };
}

/** The shop whose change it is, if the client is one. */
export function about({ clientId }: Pick<TransportOrder, 'clientId'>): { shop: string | null } {
  return { shop: clientId.includes('.') ? clientId : null };
}

/** Whether the caller may see an order: the rule of every read, for what is read already. */
export function mayRead(
  principal: Principal,
  { clientId, carrierId }: Pick<TransportOrder, 'clientId' | 'carrierId'>,
): boolean {
  const reached = tenantsWith(principal, 'transport-orders:read');
  return (
    reached === 'all' || [clientId, carrierId].some((party) => party !== null && reached.includes(party))
  );
}

/** Says that whoever acts in the running request or job brought an order into a state. */
export function statusEntry(status: TransportStatus, note = ''): StatusEntry {
  return { status, at: new Date(), by: actorOf(requestContext.getStore() ?? {}).id, note };
}

/** @throws AppError `organisation_forbidden` unless the caller is this side of the order, or an operator */
export function assertSide(
  principal: Principal,
  order: Pick<TransportOrder, 'clientId' | 'carrierId'>,
  side: 'client' | 'carrier',
): void {
  const tenant = side === 'client' ? order.clientId : order.carrierId;
  if (tenant !== null && actsFor(principal, 'transport-orders:write', tenant)) return;
  throw new AppError('organisation_forbidden', `Only the ${side} of the transport order may do this.`);
}

function outdated({ id }: TransportOrder): AppError {
  return new AppError('version_mismatch', `The transport order "${id}" has changed; read it again.`);
}

/** Says of a reference that is taken what it is. */
export function orDuplicate(error: unknown, reference: string): unknown {
  return isDuplicateKey(error, 'clientId_reference')
    ? new AppError('duplicate_reference', `The client has an order "${reference}" already.`)
    : error;
}

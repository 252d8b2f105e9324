import { Injectable, type OnModuleInit } from '@nestjs/common';
import { assertCurrency } from '../../kernel/currency.js';
import { AppError } from '../../kernel/errors.js';
import type { PolygonGeometry } from '../../kernel/geo.js';
import { shopDomain } from '../../kernel/shop-domain.js';
import type { Principal } from '../../platform/http/access.js';
import { actsFor } from '../../platform/http/reach.js';
import { createOnce } from '../../platform/idempotency/creation.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import { OrganisationsService } from '../identity/index.js';
import { ShopsService } from '../shops/index.js';
import { assertTerms } from './transport-order-terms.js';
import { assertSide, orDuplicate, TransportOrderEditor } from './transport-order-editor.js';
import type { End, LastPosition, TransportOrder, TransportRoute, TransportTerms } from './transport-order.js';
import { transportCursor, transportQuery, type TransportFilter } from './transport-orders.query.js';
import { TransportOrdersRepository } from './transport-orders.repository.js';
import { partyOf } from './transport-party.js';

/** What clients want moved: described, found again, changed while nobody moves it. */
@Injectable()
export class TransportOrdersService implements OnModuleInit {
  constructor(
    private readonly repository: TransportOrdersRepository,
    private readonly editor: TransportOrderEditor,
    private readonly organisations: OrganisationsService,
    private readonly shops: ShopsService,
    private readonly tenants: TenantData,
  ) {}

  onModuleInit(): void {
    this.tenants.register('transport orders', (shop) => this.repository.deleteAll(shop));
  }

  /** @throws AppError `transport_order_not_found`, also for an order of others */
  async get(principal: Principal, id: string): Promise<TransportOrder> {
    return this.editor.get(principal, 'transport-orders:read', id);
  }

  /** Routes of orders, whoever's they are, for a feature that checks by `mayRead` and `assertSide`. */
  async routes(ids: readonly string[]): Promise<TransportRoute[]> {
    return this.repository.routes(ids);
  }

  /** Notes where orders were last heard of. */
  async noteWhereabouts(
    notes: readonly { id: string; clientId: string; last: LastPosition }[],
  ): Promise<void> {
    await this.repository.noteWhereabouts(notes);
  }

  /** Newest first. @throws AppError `invalid_cursor`, `validation_failed`, `organisation_forbidden` */
  async list(
    principal: Principal,
    party: string | undefined,
    filter: TransportFilter,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<{ orders: TransportOrder[]; nextCursor: string | null; hasMore: boolean }> {
    const query = transportQuery(partyOf(principal, party), filter, cursor);
    const orders = await this.repository.list(query, limit + 1);
    const hasMore = orders.length > limit;
    if (hasMore) orders.pop();
    const last = orders.at(-1);
    return { orders, hasMore, nextCursor: hasMore && last ? transportCursor(last) : null };
  }

  /** Orders with an end in an area. @throws AppError `validation_failed` for what is no area on the globe */
  async within(
    principal: Principal,
    party: string | undefined,
    { end, area, limit }: { end: End; area: PolygonGeometry; limit: number },
  ): Promise<{ orders: TransportOrder[]; hasMore: boolean }> {
    const orders = await this.repository.within(partyOf(principal, party), end, area, limit + 1);
    return { orders: orders.slice(0, limit), hasMore: orders.length > limit };
  }

  /**
   * Makes an order of a client, which the caller is or, as an operator, names.
   * @throws AppError `organisation_forbidden`, `organisation_not_found`, `shop_not_found`, `validation_failed`,
   * `duplicate_reference`
   */
  async create(
    principal: Principal,
    clientId: string,
    terms: TransportTerms,
    draft: boolean,
  ): Promise<TransportOrder> {
    await this.assertMayOrder(principal, clientId);
    assertCurrency(terms.currency);
    assertTerms(terms);
    return createOnce(
      'transport order',
      (id) => this.repository.find([clientId], String(id)),
      (id) => this.editor.add(String(id), clientId, terms, draft ? 'DRAFT' : 'PENDING'),
    );
  }

  /**
   * Changes what is to be moved, as long as nobody was given it.
   * @throws AppError `transport_order_not_found`, `organisation_forbidden`, `invalid_transition`, `version_mismatch`,
   * `validation_failed`, `duplicate_reference`
   */
  async update(
    principal: Principal,
    id: string,
    wanted: Partial<TransportTerms>,
    version?: number,
  ): Promise<TransportOrder> {
    try {
      return await this.editor.change(principal, id, version, (order) => {
        assertSide(principal, order, 'client');
        if (order.status !== 'DRAFT' && order.status !== 'PENDING')
          throw new AppError('invalid_transition', `What is moved is settled: the order is ${order.status}.`);
        const terms = { ...order, ...wanted };
        assertCurrency(terms.currency);
        assertTerms(terms);
        return { edit: wanted };
      });
    } catch (error) {
      throw orDuplicate(error, wanted.reference ?? '');
    }
  }

  /**
   * Whether the caller may have something moved for a client.
   * @throws AppError `organisation_forbidden` and those of `assertClient`
   */
  async assertMayOrder(principal: Principal, clientId: string): Promise<void> {
    if (!actsFor(principal, 'transport-orders:write', clientId))
      throw new AppError('organisation_forbidden', `These credentials may not act for "${clientId}".`);
    await this.assertClient(clientId);
  }

  /** @throws AppError `organisation_not_found`, `shop_not_found`, `validation_failed` for a carrier */
  async assertClient(clientId: string): Promise<void> {
    const shop = shopDomain(clientId);
    if (shop) {
      await this.shops.get(shop);
      return;
    }
    const { kind } = await this.organisations.get(clientId);
    if (kind !== 'client') throw new AppError('validation_failed', `"${clientId}" is a carrier.`);
  }
}

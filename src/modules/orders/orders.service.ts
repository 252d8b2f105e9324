import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import type { LineInput, OrderInput } from './order-input.js';
import { OrderEditor } from './order-editor.js';
import { OrderPlacementService } from './order-placement.service.js';
import { entry } from './order-timeline.js';
import type { Order } from './order.js';
import { orderCursor, orderQuery, type OrderFilter } from './orders.query.js';
import { OrdersRepository } from './orders.repository.js';

/** Fields that say what is sold: they are settled once an order is placed. */
const AGREED = [
  'customerId',
  'currency',
  'lines',
  'discounts',
  'taxes',
  'taxesIncluded',
  'shipping',
] as const;

/** The orders of a shop: read, made, described. What becomes of them is in the services beside this one. */
@Injectable()
export class OrdersService implements OnModuleInit {
  constructor(
    private readonly repository: OrdersRepository,
    private readonly editor: OrderEditor,
    private readonly placement: OrderPlacementService,
    private readonly tenants: TenantData,
  ) {}

  onModuleInit(): void {
    this.tenants.register('orders', (shop) => this.repository.deleteAll(shop));
  }

  /** @throws AppError `invalid_cursor` */
  async list(
    shop: ShopDomain,
    filter: OrderFilter,
    { sort, limit, cursor }: { sort: string; limit: number; cursor?: string },
  ): Promise<{ orders: Order[]; nextCursor: string | null; hasMore: boolean }> {
    const orders = await this.repository.list(orderQuery(shop, filter, sort, cursor), limit + 1);
    const hasMore = orders.length > limit;
    if (hasMore) orders.pop();
    const last = orders.at(-1);
    return { orders, hasMore, nextCursor: hasMore && last ? orderCursor(sort, last) : null };
  }

  /** @throws AppError `order_not_found` */
  async get(shop: ShopDomain, id: string): Promise<Order> {
    return this.editor.get(shop, id);
  }

  /** @throws AppError `validation_failed`, `insufficient_stock`, `location_not_found` */
  async create(shop: ShopDomain, input: OrderInput & { lines: LineInput[] }, draft: boolean): Promise<Order> {
    return this.placement.create(shop, input, draft);
  }

  /**
   * Changes notes, tags and addresses at any time, what is sold in a draft only.
   * @throws AppError `order_not_found`, `version_mismatch`, `invalid_transition`, `validation_failed`
   */
  async update(shop: ShopDomain, id: string, input: OrderInput, version?: number): Promise<Order> {
    const { note, tags, shippingAddress, billingAddress, customerId, ...agreed } = input;
    const changes = AGREED.some((field) => input[field] !== undefined);
    return this.editor.change(shop, id, version, async (order) => {
      if (changes && order.status !== 'draft')
        throw new AppError('invalid_transition', `What is sold is settled: the order is ${order.status}.`);
      const content = changes ? await this.placement.revise(shop, order, { ...agreed, customerId }) : {};
      const set = defined({ note, tags, shippingAddress, billingAddress, customerId });
      return { set: { ...content, ...set }, timeline: [entry('updated')] };
    });
  }

  /** Places a draft. @throws AppError `order_not_found`, `invalid_transition`, `insufficient_stock` */
  async place(shop: ShopDomain, id: string, version?: number): Promise<Order> {
    return this.placement.place(shop, id, version);
  }

  /** Adds somebody's words to the timeline. @throws AppError `order_not_found` */
  async comment(shop: ShopDomain, id: string, message: string): Promise<Order> {
    return this.editor.change(shop, id, undefined, () => ({
      set: {},
      timeline: [entry('comment', message)],
    }));
  }
}

function defined<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}

import { invalidField } from '../../kernel/errors.js';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { assertCurrency } from '../../kernel/currency.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { assertTransition } from '../../kernel/state-machine.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { createOnce, newId } from '../../platform/idempotency/creation.js';
import { CustomersService } from '../customers/index.js';
import { InventoryService, type StockDemand, type StockItem } from '../inventory/index.js';
import { ProductsService } from '../products/index.js';
import { ShopsService } from '../shops/index.js';
import { orderContent, type LineInput, type OrderInput } from './order-input.js';
import { OrderEditor, orderChange } from './order-editor.js';
import { OrderNumbers } from './order-numbers.js';
import { entry } from './order-timeline.js';
import { ORDER_TRANSITIONS, type Order } from './order.js';
import { OrdersRepository } from './orders.repository.js';

const MINUTE_MS = 60_000;

/** From what a caller wants to an order that holds its stock and has its number. */
@Injectable()
export class OrderPlacementService {
  constructor(
    private readonly repository: OrdersRepository,
    private readonly editor: OrderEditor,
    private readonly numbers: OrderNumbers,
    private readonly shops: ShopsService,
    private readonly products: ProductsService,
    private readonly customers: CustomersService,
    private readonly inventory: InventoryService,
    private readonly audit: AuditTrail,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Makes an order: a draft, or placed at once, its stock reserved until it is paid or its time is over.
   * @throws AppError `validation_failed`, `insufficient_stock`, `location_not_found`
   */
  async create(shop: ShopDomain, input: OrderInput & { lines: LineInput[] }, draft: boolean): Promise<Order> {
    return createOnce(
      'order',
      (id) => this.repository.find(shop, String(id)),
      async (id) => {
        const { content, demands, stock } = await this.prepare(shop, input);
        const order: Order = {
          ...EMPTY,
          _id: id,
          shop,
          ...content,
          ...aboutOf(input),
          ...started('created'),
        };
        if (draft) return this.insert(order);
        const expiresAt = this.expiry();
        const reservationId = String(id);
        const reservation = { id: reservationId, owner: reservationId, expiresAt };
        const reserved = await this.inventory.reserve(shop, reservation, demands, stock);
        const placedAt = new Date();
        const placed: Order = {
          ...order,
          status: 'pending',
          stock: reserved,
          reservationId,
          expiresAt,
          placedAt,
        };
        // a failed write may have arrived: its stock is settled by what is there when the reservation is over
        return this.numbers.next(shop, (number) => this.insert({ ...placed, number }));
      },
    );
  }

  /** Changes what a draft says. @throws AppError `invalid_transition` once it is placed, `validation_failed` */
  async revise(shop: ShopDomain, draft: Order, input: OrderInput): Promise<Partial<Order>> {
    const { content } = await this.prepare(shop, { ...inputOf(draft), ...input });
    return content;
  }

  /**
   * Places a draft at the prices it says.
   * @throws AppError `order_not_found`, `version_mismatch`, `invalid_transition`, `insufficient_stock`,
   * `location_not_found`
   */
  async place(shop: ShopDomain, id: string, version?: number): Promise<Order> {
    const draft = await this.editor.get(shop, id);
    assertTransition(ORDER_TRANSITIONS, draft.status, 'pending');
    const expiresAt = this.expiry();
    const { demands, stock } = await this.demandsOf(shop, inputOf(draft).lines);
    // its own for each try: what one gives up is not another's
    const reservationId = String(newId('reservation'));
    const reservation = { id: reservationId, owner: id, expiresAt };
    const reserved = await this.inventory.reserve(shop, reservation, demands, stock);
    const placed = { status: 'pending', stock: reserved, reservationId, expiresAt } as const;
    const place = (number: number) =>
      this.editor.change(shop, id, version ?? draft.version, ({ status }) => {
        assertTransition(ORDER_TRANSITIONS, status, 'pending');
        return {
          set: { ...placed, number, placedAt: new Date() },
          timeline: [entry('placed')],
        };
      });
    try {
      return await this.numbers.next(shop, place);
    } catch (error) {
      await this.undo(shop, id, reservationId, reserved);
      throw error;
    }
  }

  /** Gives the stock back unless the order was placed with it after all. */
  private async undo(shop: ShopDomain, id: string, reservation: string, items: StockItem[]): Promise<void> {
    const order = await this.repository.reservationOf(shop, id);
    if (order?.reservationId !== reservation) await this.inventory.release(shop, reservation, items);
  }

  private async prepare(shop: ShopDomain, input: OrderInput & { lines: LineInput[] }) {
    const own = await this.shops.currency(shop);
    const currency = input.currency ?? own;
    if (currency !== own) assertCurrency(currency);
    if (input.lines.length === 0) throw invalidField('lines', 'required', 'an order has at least one line');
    if (input.customerId && !(await this.customers.byIds(shop, [input.customerId])).has(input.customerId))
      throw invalidField('customerId', 'customer_not_found', 'is no customer of this shop');
    const { demands, stock, catalogue } = await this.demandsOf(shop, input.lines);
    return { content: orderContent(input, currency, catalogue), demands, stock };
  }

  private async demandsOf(shop: ShopDomain, lines: LineInput[]) {
    const ids = lines.map(({ variantId }) => variantId);
    const stock = await this.inventory.stockOf(shop, [...new Set(ids)]);
    const catalogue = await this.products.variants(shop, ids);
    const demands = lines.map(({ variantId, quantity, locationId }, at): StockDemand => {
      const variant = catalogue.get(variantId);
      if (!variant)
        throw invalidField(`lines.${at}.variantId`, 'variant_not_found', 'is no variant of this shop');
      return { variant, quantity, ...(locationId === undefined ? {} : { locationId }) };
    });
    return { stock, catalogue, demands };
  }

  private async insert(order: Order): Promise<Order> {
    await this.repository.insert(order, this.audit.eventOf(orderChange('created', null, order)));
    return order;
  }

  private expiry(): Date {
    return new Date(Date.now() + this.config.orders.reservationMinutes * MINUTE_MS);
  }
}

const EMPTY = {
  status: 'draft',
  stock: [],
  reservationId: null,
  payments: [],
  refunds: [],
  returns: [],
  sales: [],
  fulfilment: {
    ...{ reference: null, carrier: null, trackingNumber: null },
    ...{ startedAt: null, shippedAt: null, deliveredAt: null },
  },
  ...{ cancelReason: null, placedAt: null, paidAt: null, cancelledAt: null, version: 1 },
} satisfies Partial<Order>;

/** What of an input is kept as it is. */
export function aboutOf({ customerId, shippingAddress, billingAddress, note, tags }: OrderInput) {
  return {
    customerId: customerId ?? null,
    shippingAddress: shippingAddress ?? null,
    billingAddress: billingAddress ?? null,
    note: note ?? '',
    tags: tags ?? [],
  };
}

function started(type: string): Pick<Order, 'timeline' | 'createdAt' | 'updatedAt'> {
  const now = new Date();
  return { timeline: [entry(type)], createdAt: now, updatedAt: now };
}

/** The input that gives the draft as it is. */
function inputOf(draft: Order): OrderInput & { lines: LineInput[] } {
  const { currency, customerId, taxes, taxesIncluded, shipping } = draft;
  return {
    ...{ currency, customerId, taxes, taxesIncluded, shipping },
    lines: draft.lines.map(({ variantId, quantity, unitPrice, locationId }) => ({
      ...{ variantId, quantity, unitPrice },
      ...(locationId === undefined ? {} : { locationId }),
    })),
    discounts: draft.discounts.map(({ line, ...discount }) => ({
      ...discount,
      ...(line === null ? {} : { line }),
    })),
  };
}

import { Injectable } from '@nestjs/common';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { CustomersService, type Customer } from '../customers/index.js';
import { DevicesService, type Device } from '../devices/index.js';
import { ProductsService, type CatalogueVariant } from '../products/index.js';
import type { Order } from './order.js';

/** What stands beside orders, each by its id: read once for a whole page. */
export interface OrderSurroundings {
  customers: ReadonlyMap<string, Customer>;
  devices: ReadonlyMap<string, Device>;
  variants: ReadonlyMap<string, CatalogueVariant>;
}

/** Reads customers, devices and variants of any number of orders in three commands. */
@Injectable()
export class OrderViewService {
  constructor(
    private readonly customers: CustomersService,
    private readonly devices: DevicesService,
    private readonly products: ProductsService,
  ) {}

  async around(shop: ShopDomain, orders: readonly Order[]): Promise<OrderSurroundings> {
    const lines = orders.flatMap((order) => order.lines);
    const customers = await this.customers.byIds(
      shop,
      orders.flatMap(({ customerId }) => customerId ?? []),
    );
    const devices = await this.devices.byIds(
      shop,
      lines.flatMap(({ deviceIds }) => deviceIds),
    );
    const variants = await this.products.variants(
      shop,
      lines.map(({ variantId }) => variantId),
    );
    return { customers, devices, variants };
  }
}

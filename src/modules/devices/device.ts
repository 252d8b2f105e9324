import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Transitions } from '../../kernel/state-machine.js';

export const DEVICE_STATUSES = ['in_stock', 'assigned', 'sold', 'returned', 'defective', 'retired'] as const;
export type DeviceStatus = (typeof DEVICE_STATUSES)[number];

/** What a person may change by hand; `assigned` and `sold` follow from orders. */
export const DEVICE_TRANSITIONS: Transitions<DeviceStatus> = {
  in_stock: ['defective', 'retired'],
  assigned: [],
  sold: ['returned'],
  returned: ['in_stock', 'defective', 'retired'],
  defective: ['in_stock', 'retired'],
  retired: [],
};

/** A serialised unit of a variant. */
export interface Device {
  id: string;
  shop: ShopDomain;
  productId: string;
  variantId: string;
  /** Unique in the shop. */
  serial: string;
  /** Unique in the shop. */
  imei: string | null;
  status: DeviceStatus;
  /** The order line it is given for. */
  orderId: string | null;
  lineId: string | null;
  note: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

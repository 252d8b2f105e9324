import type { ShopDomain } from '../../../kernel/shop-domain.js';

export interface WebhookEvent {
  type: string;
  /** When it happened. */
  at: Date;
  shop: ShopDomain;
  data: object;
}

/** The body of a delivery: Standard Webhooks' `type`, `timestamp`, `data`, and the tenant. */
export function envelope({ type, at, shop, data }: WebhookEvent): string {
  return JSON.stringify({ type, timestamp: at.toISOString(), shop, data });
}

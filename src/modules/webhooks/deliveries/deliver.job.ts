import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { defineJob } from '../../../platform/queue/job.js';

export interface DeliverPayload {
  shop: ShopDomain;
  endpoint: string;
}

/** Sends what is due to one endpoint; one runs at a time for each. */
export const deliverWebhooks = defineJob<DeliverPayload, { tries: number }>(
  'webhook.deliver',
  'webhooks-out',
);

import { Inject, Injectable } from '@nestjs/common';
import { Types, type ClientSession } from 'mongoose';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { decodeId, encodeCursor } from '../../../kernel/cursor.js';
import { AppError } from '../../../kernel/errors.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import type { AuditChange } from '../../../platform/audit/audit-event.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import { Transactions } from '../../../platform/database/transactions.js';
import { createOnce } from '../../../platform/idempotency/creation.js';
import { EndpointRunsRepository } from '../endpoints/endpoint-runs.repository.js';
import type { WebhookEndpointDocument } from '../endpoints/webhook-endpoint.schema.js';
import { WebhookEndpointsService } from '../endpoints/webhook-endpoints.service.js';
import { WEBHOOK_TEST } from '../events/event-types.js';
import { envelope } from '../events/envelope.js';
import { DeliveryQueueRepository } from './delivery-queue.repository.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';
import type { DeliveryStatus, WebhookDeliveryDocument } from './webhook-delivery.schema.js';

const SORT = 'webhook-deliveries';
const DAY_MS = 86_400_000;

export interface ListDeliveries {
  endpoint?: string;
  status?: DeliveryStatus;
  limit: number;
  cursor?: string;
}

/** What was sent, or will be: the log, replays, test events. */
@Injectable()
export class WebhookDeliveriesService {
  constructor(
    private readonly repository: WebhookDeliveriesRepository,
    private readonly queue: DeliveryQueueRepository,
    private readonly runs: EndpointRunsRepository,
    private readonly endpoints: WebhookEndpointsService,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Newest first. @throws AppError `invalid_cursor` */
  async list(shop: ShopDomain, { endpoint, status, limit, cursor }: ListDeliveries) {
    const before = cursor === undefined ? undefined : new Types.ObjectId(decodeId(cursor, SORT));
    const filter = {
      ...(endpoint ? { endpoint: new Types.ObjectId(endpoint) } : {}),
      ...(status ? { status } : {}),
    };
    // one more than asked tells whether there is a next page
    const deliveries = await this.repository.list(shop, filter, before, limit + 1);
    const hasMore = deliveries.length > limit;
    if (hasMore) deliveries.pop();
    const last = deliveries.at(-1);
    const nextCursor = hasMore && last ? encodeCursor({ sort: SORT, values: [String(last._id)] }) : null;
    return { deliveries, page: { hasMore, nextCursor } };
  }

  /** @throws AppError `webhook_delivery_not_found` */
  async get(shop: ShopDomain, id: string): Promise<WebhookDeliveryDocument> {
    const delivery = await this.repository.find(shop, id);
    if (!delivery) throw new AppError('webhook_delivery_not_found', `There is no webhook delivery "${id}".`);
    return delivery;
  }

  /**
   * Sends a finished delivery again, under the same webhook-id; one that is still pending stays as it is.
   * @throws AppError `webhook_delivery_not_found`, `webhook_endpoint_not_found`, `webhook_endpoint_disabled`
   */
  async replay(shop: ShopDomain, id: string): Promise<WebhookDeliveryDocument> {
    const { _id, endpoint } = await this.get(shop, id);
    assertEnabled(await this.endpoints.get(shop, String(endpoint)));
    const now = new Date();
    await this.audit.recorded(
      async (session) => {
        const replayed = await this.repository.replay(shop, _id, now, session);
        if (replayed) await this.runs.markDue(shop, [endpoint], now, session);
        return replayed;
      },
      (replayed) => (replayed ? replayOf(shop, id, { endpoint }) : null),
    );
    return this.get(shop, id);
  }

  /**
   * Sends what failed at an endpoint since a time again. Returns how many deliveries.
   * @throws AppError `webhook_endpoint_not_found`, `webhook_endpoint_disabled`
   */
  async replayFailed(shop: ShopDomain, endpointId: string, since: Date): Promise<number> {
    const endpoint = await this.endpoints.get(shop, endpointId);
    assertEnabled(endpoint);
    const now = new Date();
    // too many for a transaction; cut off half way, the next call takes the rest
    const replayed = await this.repository.replayFailed(shop, endpoint._id, since, now);
    await this.audit.recorded(
      (session) => this.runs.markDue(shop, [endpoint._id], now, session),
      () => replayOf(shop, 'failed', { endpoint: endpoint._id, since, replayed }),
    );
    return replayed;
  }

  /**
   * Sends an event `webhook.test` to one endpoint, on the way every event takes.
   * @throws AppError `webhook_endpoint_not_found`, `webhook_endpoint_disabled`
   */
  async sendTest(shop: ShopDomain, endpointId: string): Promise<WebhookDeliveryDocument> {
    const endpoint = await this.endpoints.get(shop, endpointId);
    assertEnabled(endpoint);
    return createOnce(
      'webhook delivery',
      (id) => this.repository.find(shop, String(id)),
      (id) => this.transactions.run((session) => this.insertTest(endpoint, id, session)),
    );
  }

  private async insertTest(
    { _id: endpoint, shop }: WebhookEndpointDocument,
    id: Types.ObjectId,
    session: ClientSession,
  ): Promise<WebhookDeliveryDocument> {
    const now = new Date();
    const eventId = `evt_${String(id)}`;
    const body = envelope({ type: WEBHOOK_TEST.name, at: now, shop, data: { endpoint: String(endpoint) } });
    const expiresAt = new Date(now.getTime() + this.config.webhooks.retentionDays * DAY_MS);
    const test = { endpoint, eventId, eventType: WEBHOOK_TEST.name, body };
    const delivery = await this.queue.insert(shop, id, test, now, expiresAt, session);
    await this.runs.markDue(shop, [endpoint], now, session);
    return delivery;
  }
}

function assertEnabled({ _id, status }: WebhookEndpointDocument): void {
  if (status === 'enabled') return;
  throw new AppError(
    'webhook_endpoint_disabled',
    `The webhook endpoint "${String(_id)}" is disabled and is sent nothing; enable it first.`,
  );
}

function replayOf(shop: ShopDomain, resourceId: string, after: object): AuditChange {
  return { action: 'replayed', resource: 'webhook_delivery', resourceId, shop, after };
}

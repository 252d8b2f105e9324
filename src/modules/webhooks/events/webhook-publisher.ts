import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { DeliveryQueueRepository } from '../deliveries/delivery-queue.repository.js';
import { EndpointRunsRepository } from '../endpoints/endpoint-runs.repository.js';
import { WebhookEndpointsRepository } from '../endpoints/webhook-endpoints.repository.js';
import { envelope, type WebhookEvent } from './envelope.js';

const DAY_MS = 86_400_000;

/** Turns an event into a delivery for each endpoint that wants it. */
@Injectable()
export class WebhookPublisher {
  constructor(
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly queue: DeliveryQueueRepository,
    private readonly runs: EndpointRunsRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Safe to repeat: an event is one delivery an endpoint, by its id, which becomes the webhook-id. */
  async publish(eventId: string, event: WebhookEvent): Promise<void> {
    const { shop, type } = event;
    const wanted = (await this.endpoints.enabled(shop)).filter(
      ({ eventTypes }) => eventTypes.length === 0 || eventTypes.includes(type),
    );
    if (wanted.length === 0) return;
    const now = new Date();
    const expiresAt = new Date(now.getTime() + this.config.webhooks.retentionDays * DAY_MS);
    const body = envelope(event);
    const deliveries = wanted.map(({ _id }) => ({ endpoint: _id, eventId, eventType: type, body }));
    await this.queue.insertNew(shop, deliveries, now, expiresAt);
    // after the deliveries: a run that begins in between finds them, one that begins later is made to
    await this.runs.markDue(
      shop,
      wanted.map(({ _id }) => _id),
      now,
    );
  }
}

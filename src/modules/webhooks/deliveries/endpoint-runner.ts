import { Inject, Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import type { RunningJob } from '../../../platform/queue/job.js';
import { alarmingSince, healthAfter, isLost, isOnTrial } from '../endpoints/endpoint-health.js';
import { EndpointRunsRepository } from '../endpoints/endpoint-runs.repository.js';
import { EndpointSecrets } from '../endpoints/endpoint-secrets.js';
import { EndpointShutdown } from '../endpoints/endpoint-shutdown.js';
import { EndpointWarning } from '../endpoints/endpoint-warning.js';
import type { DisabledReason, WebhookEndpointDocument } from '../endpoints/webhook-endpoint.schema.js';
import type { DeliverPayload } from './deliver.job.js';
import { DeliveryQueueRepository } from './delivery-queue.repository.js';
import type { Verdict } from './retry-plan.js';
import { WebhookSender } from './webhook-sender.js';

/** Requests one endpoint is sent at once; what hangs holds up its own endpoint only. */
const AT_ONCE = 5;
/** After so long a run ends and the endpoint stands in line again behind the others. */
const RUN_MS = 30_000;

/** Sends what is due to one endpoint. A run that is cut off leaves its lease, after which another begins. */
@Injectable()
export class EndpointRunner {
  constructor(
    private readonly runs: EndpointRunsRepository,
    private readonly queue: DeliveryQueueRepository,
    private readonly sender: WebhookSender,
    private readonly secrets: EndpointSecrets,
    private readonly shutdown: EndpointShutdown,
    private readonly warning: EndpointWarning,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async run({ payload, signal }: RunningJob<DeliverPayload>): Promise<{ tries: number }> {
    const { shop } = payload;
    const id = new Types.ObjectId(payload.endpoint);
    const end = Date.now() + RUN_MS;
    let tries = 0;
    for (;;) {
      signal.throwIfAborted();
      const lease = new Date(Date.now() + RUN_MS + 2 * this.config.webhooks.timeoutMs);
      const endpoint = await this.runs.lease(shop, id, lease);
      if (!endpoint) return { tries };
      const sent = Date.now() < end && !isPaused(endpoint) ? await this.sendDue(endpoint, signal) : 0;
      tries += sent;
      if (sent === 0 && (await this.runs.release(shop, id, lease, await this.next(endpoint, end))))
        return { tries };
      if (Date.now() >= end) return { tries }; // something came in meanwhile and has made it due
    }
  }

  /** One round; returns how many were tried. */
  private async sendDue(endpoint: WebhookEndpointDocument, signal: AbortSignal): Promise<number> {
    const { _id, shop, url, health } = endpoint;
    const due = await this.queue.due(shop, _id, new Date(), isOnTrial(health) ? 1 : AT_ONCE);
    if (due.length === 0) return 0;
    const secrets = this.secrets.inForce(endpoint, new Date());
    const verdicts = await Promise.all(
      due.map((delivery) => this.sender.send(delivery, url, secrets, signal)),
    );
    await this.settle(endpoint, verdicts);
    return due.length;
  }

  /** What the answers mean for the endpoint. */
  private async settle(endpoint: WebhookEndpointDocument, verdicts: readonly Verdict[]): Promise<void> {
    const { _id, shop } = endpoint;
    const now = new Date();
    const outcomes = verdicts.map((verdict) => ({
      ok: verdict.kind === 'delivered',
      ...('pauseMs' in verdict ? { pauseMs: verdict.pauseMs } : {}),
    }));
    const health = healthAfter(endpoint.health, outcomes, now, this.config.webhooks);
    await this.runs.setHealth(shop, _id, health);
    const reason = this.endOf(verdicts, health, now);
    const alarming = alarmingSince(health, now);
    if (reason) await this.shutdown.disable(shop, _id, reason);
    else if (alarming && alarming.getTime() !== endpoint.warnedOf?.getTime())
      await this.warning.tell(shop, _id, alarming);
  }

  private endOf(
    verdicts: readonly Verdict[],
    health: WebhookEndpointDocument['health'],
    now: Date,
  ): DisabledReason | undefined {
    if (verdicts.some(({ kind }) => kind === 'gone')) return 'gone';
    return isLost(health, now, this.config.webhooks) ? 'failing' : undefined;
  }

  private async next({ shop, _id, health }: WebhookEndpointDocument, end: number): Promise<Date | undefined> {
    const due = await this.queue.nextDue(shop, _id);
    if (!due) return undefined;
    if (health.pausedUntil && health.pausedUntil > due) return health.pausedUntil;
    return Date.now() >= end ? new Date() : due;
  }
}

function isPaused({ health }: WebhookEndpointDocument): boolean {
  return health.pausedUntil !== null && health.pausedUntil > new Date();
}

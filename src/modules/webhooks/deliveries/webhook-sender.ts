import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { Metrics } from '../../../platform/observability/metrics.js';
import { OutboundError } from '../../../platform/outbound/outbound-error.js';
import { OutboundHttp, type OutboundAnswer } from '../../../platform/outbound/outbound-http.js';
import { DeliveryQueueRepository } from './delivery-queue.repository.js';
import { retryAfterMs, verdictOf, type Verdict } from './retry-plan.js';
import { signedHeaders } from './signature.js';
import type { DeliveryAttempt, WebhookDeliveryDocument } from './webhook-delivery.schema.js';

/** Tries one delivery: signs, sends, logs what came back and what follows from it. */
@Injectable()
export class WebhookSender {
  private readonly durations;

  constructor(
    private readonly queue: DeliveryQueueRepository,
    private readonly http: OutboundHttp,
    @Inject(CONFIG) private readonly config: Config,
    metrics: Metrics,
  ) {
    this.durations = metrics.histogram('webhook_try_duration_seconds', 'Duration of a webhook try', [
      'outcome',
    ]);
  }

  /** `secrets` are those in force. Throws only when the try was cut off by `signal`: then it counts as not made. */
  async send(
    delivery: WebhookDeliveryDocument,
    url: string,
    secrets: readonly string[],
    signal: AbortSignal,
  ): Promise<Verdict> {
    const started = new Date();
    const { attempt, answer } = await this.attempt(delivery, url, secrets, started, signal);
    const verdict = verdictOf(
      { status: attempt.status, ...retryAfter(answer, started) },
      delivery.tries + 1,
      this.config.webhooks.retrySeconds,
    );
    this.durations.observe({ outcome: verdict.kind }, attempt.durationMs / 1000);
    const now = Date.now();
    const finished = verdict.kind === 'retry' ? null : new Date(now);
    await this.queue.noteAttempt(delivery, attempt, {
      status: verdict.kind === 'delivered' ? 'delivered' : verdict.kind === 'retry' ? 'pending' : 'failed',
      dueAt: verdict.kind === 'retry' ? new Date(now + verdict.afterMs) : delivery.dueAt,
      finishedAt: finished,
    });
    return verdict;
  }

  private async attempt(
    { eventId, body }: WebhookDeliveryDocument,
    url: string,
    secrets: readonly string[],
    at: Date,
    signal: AbortSignal,
  ): Promise<{ attempt: DeliveryAttempt; answer?: OutboundAnswer }> {
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Entrepot-Webhooks/1.0',
      ...signedHeaders(eventId, body, secrets, at),
    };
    const { timeoutMs } = this.config.webhooks;
    const noted = { at, url };
    const elapsed = () => Math.round(Date.now() - at.getTime());
    try {
      const answer = await this.http.post({ url, headers, body, timeoutMs, signal });
      const { status, body: response } = answer;
      return { answer, attempt: { ...noted, durationMs: elapsed(), status, response, error: null } };
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      const { code, message } = error;
      return {
        attempt: { ...noted, durationMs: elapsed(), status: null, response: '', error: { code, message } },
      };
    }
  }
}

function retryAfter(answer: OutboundAnswer | undefined, now: Date): { retryAfterMs?: number } {
  const ms = retryAfterMs(answer?.headers['retry-after'], now);
  return ms === undefined ? {} : { retryAfterMs: ms };
}

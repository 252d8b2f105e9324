import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Metrics } from '../observability/metrics.js';
import { LOGGER } from '../observability/observability.module.js';
import { within } from '../resilience/within.js';
import { QueueHealth, type QueueState } from './queue-health.js';

/** What several gauges of one scrape, and scrapes close together, share. */
const FRESH_MS = 2_000;
const DEADLINE_MS = 1_000;

const GAUGES = {
  waiting: 'Jobs that wait in the queue',
  active: 'Jobs that run, or were taken to be run next',
  delayed: 'Jobs that wait for their next try',
  held: 'Jobs that wait beside the queue for room of their tenant',
  dead: 'Jobs that were given up (dead letters): alert when it grows',
  oldestSeconds: 'Seconds that the job waits which has waited longest in the queue',
  workers: 'Workers of the queue',
} as const satisfies Partial<Record<keyof QueueState, string>>;

const NAMES = { oldestSeconds: 'oldest_seconds' } as Partial<Record<string, string>>;

/** The state of every queue as metrics, asked for when they are scraped. */
@Injectable()
export class QueueMetrics {
  private asked = 0;
  private states: Promise<QueueState[]> = Promise.resolve([]);

  constructor(
    private readonly health: QueueHealth,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    for (const [field, help] of Object.entries(GAUGES) as [keyof typeof GAUGES, string][])
      metrics.labelledGauge(`queue_${NAMES[field] ?? field}`, help, 'queue', async () =>
        (await this.current()).map((state) => [state.queue, state[field]] as const),
      );
  }

  /** None while the queue cannot be asked: a gauge that stands still would tell of a state that was. */
  private current(): Promise<QueueState[]> {
    if (performance.now() - this.asked > FRESH_MS) {
      this.asked = performance.now();
      this.states = within(DEADLINE_MS, this.health.states()).catch((err: unknown) => {
        this.logger.debug({ err }, 'The state of the queues could not be read');
        return [];
      });
    }
    return this.states;
  }
}

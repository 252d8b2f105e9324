import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { LOGGER } from '../../../platform/observability/observability.module.js';
import { JobsService } from '../../../platform/queue/jobs.service.js';
import { QueueRegistry } from '../../../platform/queue/queue-registry.js';
import { EndpointRunsRepository } from '../endpoints/endpoint-runs.repository.js';
import { deliverWebhooks } from './deliver.job.js';

const EVERY_MS = 500;
const BATCH = 100;

/**
 * Starts a run for each endpoint whose time has come: new events, retries, ends of pauses, runs that died. What comes
 * within half a second is one run. Safe on every worker at once: an endpoint has one open run.
 */
@Injectable()
export class DueEndpoints implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> | undefined;

  constructor(
    private readonly runs: EndpointRunsRepository,
    private readonly jobs: JobsService,
    private readonly queues: QueueRegistry,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runs.jobs) return;
    this.timer = setInterval(() => {
      this.running ??= this.start()
        .catch((err: unknown) => {
          this.logger.warn({ err }, 'Webhook endpoints that are due could not be started');
        })
        .finally(() => (this.running = undefined));
    }, EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Starts the runs that are due. Returns how many endpoints were. */
  async start(): Promise<number> {
    if (!this.queues.reachable()) return 0;
    const due = await this.runs.due(new Date(), BATCH);
    for (const { _id, shop } of due) {
      const endpoint = String(_id);
      await this.jobs.startExclusive(
        deliverWebhooks,
        { shop, endpoint },
        { shop, openKey: `webhook:${endpoint}` },
      );
    }
    return due.length;
  }
}

import { BullRegistrar } from '@nestjs/bullmq';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Logger } from 'pino';
import { StartupError, type Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../observability/observability.module.js';
import { JobProcessor } from './job-processor.js';
import { JobRunner } from './job-runner.js';
import { QUEUES } from './queues.js';

const DRAIN_MS = 10_000;

/** Starts the processors in the roles that run jobs, and drains them before anything they use is closed. */
@Injectable()
export class QueueWorkers implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly registrar: BullRegistrar,
    private readonly runner: JobRunner,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.assertComplete();
    if (this.config.role !== 'api') this.registrar.register();
  }

  /** Lets running jobs end; those that do not within ten seconds are told to stop and go back to their queue. */
  async onModuleDestroy(): Promise<void> {
    if (this.config.role === 'api') return;
    const patience = setTimeout(() => {
      this.logger.warn('Jobs are still running at shutdown; they will be resumed elsewhere');
      this.runner.abort();
    }, DRAIN_MS);
    await Promise.allSettled(this.processors().map((processor) => processor.worker.close()));
    clearTimeout(patience);
  }

  /** @throws StartupError when a queue has no processor or two */
  private assertComplete(): void {
    const served = this.processors().map((processor) => processor.type.queue);
    for (const queue of Object.keys(QUEUES)) {
      const count = served.filter((name) => name === queue).length;
      if (count !== 1) throw new StartupError(`The queue "${queue}" has ${count} processors; it needs exactly one.`);
    }
  }

  private processors(): JobProcessor<object, object>[] {
    return this.discovery
      .getProviders()
      .map((wrapper) => wrapper.instance as unknown)
      .filter((instance): instance is JobProcessor<object, object> => instance instanceof JobProcessor);
  }
}

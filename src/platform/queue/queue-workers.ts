import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { StartupError, type Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../observability/observability.module.js';
import { JobProcessor } from './job-processor.js';
import { JobRunner } from './job-runner.js';
import { QUEUES, workerOptions } from './queues.js';

const DRAIN_MS = 10_000;

/** Gives every processor of the container a worker, in the roles that run jobs, and drains them at shutdown. */
@Injectable()
export class QueueWorkers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly workers: Worker[] = [];
  private connection: Redis | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly runner: JobRunner,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const processors = this.processors();
    assertComplete(processors);
    if (this.config.role === 'api') return;
    // workers wait for work on blocking commands, which must never be given up
    this.connection = new Redis(this.config.queue.url, { maxRetriesPerRequest: null });
    this.connection.on('error', () => undefined); // each worker tells of its own
    for (const processor of processors) this.workers.push(this.start(processor, this.connection));
  }

  /**
   * Lets running jobs end before anything they use is closed; those that take over ten seconds are told to stop and
   * go back to their queue.
   */
  async onModuleDestroy(): Promise<void> {
    const patience = setTimeout(() => {
      this.logger.warn('Jobs are still running at shutdown; they will be resumed');
      this.runner.abort();
    }, DRAIN_MS);
    await Promise.allSettled(this.workers.map((worker) => worker.close()));
    clearTimeout(patience);
    this.connection?.disconnect();
  }

  private start(processor: JobProcessor<object, object>, connection: Redis): Worker {
    const { queue } = processor.type;
    const worker = new Worker(queue, (job) => this.runner.run(job, processor), {
      ...workerOptions(queue),
      connection,
      prefix: this.config.queue.prefix,
    });
    worker.on('failed', (job, error) => {
      this.runner.onFailed(job, error, processor);
    });
    let lost = false; // the worker reconnects by itself and would tell of every try
    worker.on('error', (err) => {
      if (!lost) this.logger.error({ queue, err }, 'A worker lost its queue');
      lost = true;
    });
    worker.on('ready', () => {
      if (lost) this.logger.info({ queue }, 'A worker has its queue back');
      lost = false;
    });
    return worker;
  }

  private processors(): JobProcessor<object, object>[] {
    return this.discovery
      .getProviders()
      .map((wrapper) => wrapper.instance as unknown)
      .filter((instance): instance is JobProcessor<object, object> => instance instanceof JobProcessor);
  }
}

/** @throws StartupError when a queue has no processor or two */
function assertComplete(processors: JobProcessor<object, object>[]): void {
  const served = processors.map((processor) => processor.type.queue);
  for (const queue of Object.keys(QUEUES)) {
    const count = served.filter((name) => name === queue).length;
    if (count !== 1)
      throw new StartupError(`The queue "${queue}" has ${count} processors; it needs exactly one.`);
  }
}

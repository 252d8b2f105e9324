import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { WaitingError, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { StartupError, type Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Metrics } from '../observability/metrics.js';
import { LOGGER } from '../observability/observability.module.js';
import { JobCompletions } from './job-completions.js';
import { JobEntries } from './job-entries.js';
import { JobHandlers } from './job-handlers.js';
import { JobPlaces } from './job-places.js';
import { JobRunner } from './job-runner.js';
import { queueBackend } from './queue-backend.js';
import { QueueScripts } from './queue-scripts.js';
import { QUEUE_NAMES, QUEUES, workerOptions, type QueueName } from './queues.js';
import { RunningJobs } from './running-jobs.js';

const DRAIN_MS = 10_000;

/** Works off the queues (those of WORKER_QUEUES, or all) in the roles that run jobs; drains them at shutdown. */
@Injectable()
export class QueueWorkers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly workers: Worker[] = [];
  private connection: Redis | undefined;
  private readonly stalled;

  constructor(
    private readonly handlers: JobHandlers,
    private readonly runner: JobRunner,
    private readonly completions: JobCompletions,
    private readonly entries: JobEntries,
    private readonly running: RunningJobs,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.stalled = metrics.counter('queue_stalled_total', 'Jobs taken back from workers that died', [
      'queue',
    ]);
  }

  /** @throws StartupError when a job lacks its handler, or WORKER_QUEUES names a queue that does not exist */
  onApplicationBootstrap(): void {
    this.handlers.collect();
    if (!this.config.runs.jobs) return;
    const { url, only, prefix, lockMs } = this.config.queue;
    const unknown = only.find((name) => !(name in QUEUES));
    if (unknown !== undefined)
      throw new StartupError(`WORKER_QUEUES names "${unknown}"; there are: ${QUEUE_NAMES.join(', ')}.`);
    // workers wait for work on blocking commands, which must never be given up
    this.connection = new Redis(url, { maxRetriesPerRequest: null });
    this.connection.on('error', () => undefined); // each worker tells of its own
    const backend = queueBackend(new QueueScripts(this.connection, prefix), lockMs, (queue, later) => {
      this.entries.admitLater(queue, later);
    });
    for (const queue of QUEUE_NAMES) {
      if (only.length === 0 || only.includes(queue))
        this.workers.push(this.start(queue, this.connection, backend));
    }
  }

  /** The queues this process works off. */
  served(): readonly string[] {
    return this.workers.map(({ name }) => name);
  }

  /**
   * Lets running jobs end before anything they use is closed; those that take over ten seconds are told to stop and
   * go back to their queue.
   */
  async onModuleDestroy(): Promise<void> {
    const patience = setTimeout(() => {
      this.logger.warn('Jobs are still running at shutdown; they will be resumed');
      this.running.abortAll();
    }, DRAIN_MS);
    await Promise.allSettled(this.workers.map((worker) => worker.close()));
    await this.completions.close();
    clearTimeout(patience);
    this.connection?.disconnect();
  }

  private start(queue: QueueName, connection: Redis, backend: ReturnType<typeof queueBackend>): Worker {
    const { lockMs, prefix } = this.config.queue;
    const options = { ...workerOptions(queue, lockMs), connection, prefix };
    const places = new JobPlaces(QUEUES[queue], (jobs) => {
      worker.concurrency = jobs;
    });
    const run = async (job: Job, token?: string) => {
      if (job.stalledCounter > 0) places.beCareful();
      if (await places.run(() => this.runner.run(job, token))) return;
      await job.moveToWait(token).catch((err: unknown) => {
        this.logger.warn(
          { err, jobId: job.id },
          'A job could not go back to its queue; it will when its lock is over',
        );
      });
      throw new WaitingError();
    };
    const worker: Worker = new Worker(queue, run, options, backend);
    worker.on('stalled', () => {
      this.stalled.inc({ queue });
    });
    worker.on('failed', (job, error) => {
      this.runner.onFailed(job, error);
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
}

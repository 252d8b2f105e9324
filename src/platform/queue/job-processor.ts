import { OnWorkerEvent, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import type { Job } from 'bullmq';
import { JobRunner } from './job-runner.js';
import type { JobType, RunningJob } from './job.js';

/**
 * A queue's processor: a feature extends it, decorates it with `@Processor(name, workerOptions(name))` and calls its
 * service in `run`, which must be safe to run again after a crash at any point.
 */
export abstract class JobProcessor<Payload extends object, Result extends object> extends WorkerHost {
  @Inject(JobRunner) private readonly runner: JobRunner;

  abstract readonly type: JobType<Payload, Result>;

  abstract run(job: RunningJob<Payload>): Promise<Result>;

  override process(job: Job): Promise<void> {
    return this.runner.run(job, (running: RunningJob<Payload>) => this.run(running));
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job | undefined, error: Error): void {
    this.runner.onFailed(job, error);
  }

  /** Connection faults: the worker reconnects by itself, and without a listener the process would die. */
  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.runner.onWorkerError(this.type.queue, error);
  }
}

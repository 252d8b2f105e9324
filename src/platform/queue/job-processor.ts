import type { JobType, RunningJob } from './job.js';

/**
 * What runs a queue's jobs: a feature extends it as a provider and calls its service in `run`, which must be safe to
 * run again after a crash at any point. `QueueWorkers` finds it in the container and gives it a worker.
 */
export abstract class JobProcessor<Payload extends object, Result extends object> {
  abstract readonly type: JobType<Payload, Result>;

  abstract run(job: RunningJob<Payload>): Promise<Result>;

  /** Removes what only the job needed. Called once it has ended either way, again after a crash in between. */
  cleanUp?(payload: Payload): Promise<void>;
}

import type { JobType, RunningJob } from './job.js';

/**
 * What runs the jobs of one type: a feature extends it as a provider and calls its service in `run`, which must be
 * safe to run again after a crash at any point. `JobHandlers` finds it in the container.
 */
export abstract class JobProcessor<Payload extends object, Result extends object> {
  abstract readonly type: JobType<Payload, Result>;

  abstract run(job: RunningJob<Payload>): Promise<Result>;

  /** Removes what only the job needed. Called once it has ended in any way, again after a crash in between. */
  cleanUp?(payload: Payload): Promise<void>;
}

import { Module, type INestApplicationContext } from '@nestjs/common';
import { Transactions } from '../../src/platform/database/transactions.js';
import { defineJob, type JobType, type RunningJob } from '../../src/platform/queue/job.js';
import { JobProcessor } from '../../src/platform/queue/job-processor.js';
import { JobsService, type StartOptions } from '../../src/platform/queue/jobs.service.js';
import type { QueueName } from '../../src/platform/queue/queues.js';

export type Handler = (job: RunningJob<any>) => Promise<object>;

/** A job of a spec's own, and the module that brings its handler. */
export function testJob(
  name: string,
  queue: QueueName,
  handler: Handler,
  options: Parameters<typeof defineJob>[2] = {},
): { type: JobType<any, any>; module: new () => object } {
  const type = defineJob<any, any>(name, queue, options);
  return { type, module: moduleOf(type, handler) };
}

/** Stores jobs with a change, then queues them: nobody takes them back. Gives their ids. */
export async function startMany(
  app: INestApplicationContext,
  type: JobType<any, any>,
  jobs: { payload: object; options: StartOptions }[],
): Promise<string[]> {
  const service = app.get(JobsService);
  const stored = await app.get(Transactions).run((session) => service.recordMany(type, jobs, session));
  service.release(stored);
  return stored.map(({ id }) => id);
}

/** A module with a handler for a job type. */
export function moduleOf(type: JobType<any, any>, handler: Handler): new () => object {
  class TestProcessor extends JobProcessor<any, any> {
    readonly type = type;
    run(job: RunningJob<any>): Promise<object> {
      return handler(job);
    }
  }
  @Module({ providers: [TestProcessor] })
  class TestModule {}
  return TestModule;
}

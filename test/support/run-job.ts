import type { JobType } from '../../src/platform/queue/job.js';
import { JobsService } from '../../src/platform/queue/jobs.service.js';
import type { TestApp } from './app.js';

/** Runs a system job, as its schedule would, and gives its result. */
export async function runJob<P extends object, R extends object>(
  test: TestApp,
  type: JobType<P, R>,
  payload = {} as P,
): Promise<R> {
  const { id } = await test.app.get(JobsService).start(type, payload, { shop: null });
  const job = await test.admin.job(id);
  if (job.state !== 'completed')
    throw new Error(`${type.name} ended ${job.state}: ${JSON.stringify(job.error)}`);
  return job.result as R;
}

/** Keeps the clock from running a job that a spec runs itself: a tick in between would take what is there for it. */
export async function offTheClock(test: TestApp, type: { name: string }): Promise<void> {
  const { status, text } = await test.admin.patch(`/api/admin/schedules/${type.name}`, { paused: true });
  if (status !== 200) throw new Error(text);
}

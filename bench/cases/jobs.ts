import { atLeast } from '../measure/case.ts';
import { measuredSide } from '../jobs/measured.ts';
import type { BenchCase } from './index.ts';

/** Enough that V8 has compiled what a job runs through long before the end. */
const JOBS = 40_000;
/** Queues by how many jobs one process runs at once: what most have, and the busiest. */
const QUEUES_BY_PLACES = { 5: 'email-notifications', 100: 'webhooks-out' } as const;

/** Jobs a second of an empty handler, with records, tries and dead letters, beside a bare BullMQ worker. */
export const emptyJobs: BenchCase = {
  name: 'jobs: empty handler',
  prepare: (context) => {
    const places = Object.entries(QUEUES_BY_PLACES);
    return Promise.resolve({
      variants: places.flatMap(([n, queue]) => [
        { ...measuredSide(context, 'jobs', JOBS, queue), name: `jobs, ${n}` },
        { ...measuredSide(context, 'bare', JOBS, queue), name: `bare, ${n}` },
      ]),
      comparisons: places.map(([n]) => ({
        name: `jobs: empty handler ÷ bare BullMQ, ${n} at once`,
        ...{ ours: `jobs, ${n}`, baseline: `bare, ${n}`, goal: atLeast(0.85) },
      })),
    });
  },
};

/** What it costs that of each tenant only some jobs are in the queue. */
export const fairness: BenchCase = {
  name: 'jobs: fairness',
  prepare: (context) =>
    Promise.resolve({
      variants: [measuredSide(context, 'fair', JOBS), measuredSide(context, 'jobs', JOBS)],
      comparisons: [
        { name: 'jobs: with fairness ÷ without', ours: 'fair', baseline: 'jobs', goal: atLeast(0.9) },
      ],
    }),
};

/** Starting a job (its record is stored, then queued) beside adding to a queue that keeps no record. */
export const outbox: BenchCase = {
  name: 'jobs: outbox',
  prepare: (context) =>
    Promise.resolve({
      variants: [measuredSide(context, 'enqueue', JOBS), measuredSide(context, 'add', JOBS)],
      comparisons: [
        { name: 'jobs: enqueue ÷ bare queue.add', ours: 'enqueue', baseline: 'add', goal: atLeast(0.5) },
      ],
    }),
};

import type { QueueName } from './queues.js';

/** BullMQ's words for where a job is. */
export const JOB_STATES = ['waiting', 'active', 'completed', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What a feature declares once, beside its processor: the job's name, its queue and the type of its payload. */
export interface JobType<Payload extends object, Result extends object> {
  readonly name: string;
  readonly queue: QueueName;
  /** Never set: they carry the types to `start` and to the processor. */
  readonly payload?: Payload;
  readonly result?: Result;
}

export function defineJob<Payload extends object, Result extends object>(
  name: string,
  queue: QueueName,
): JobType<Payload, Result> {
  return { name, queue };
}

/** How far a job is. `total` is null while it is not known. */
export interface JobProgress {
  percent: number;
  done: number;
  total: number | null;
  /** What is counted or done right now, e.g. `products`. */
  unit: string;
}

export interface JobError {
  code: string;
  detail: string;
}

/** A job as the database keeps it: the truth of its state; the queue only decides when it runs. */
export interface JobRecord {
  id: string;
  name: string;
  queue: QueueName;
  /** The tenant it belongs to; null for the system's own. */
  shop: string | null;
  payload: object;
  state: JobState;
  progress: JobProgress | null;
  result: object | null;
  error: JobError | null;
  attempts: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** What a running job's handler may use. */
export interface RunningJob<Payload extends object> {
  readonly id: string;
  readonly payload: Payload;
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** Aborts when the process shuts down. */
  readonly signal: AbortSignal;
  /** Says how far the work is; stored at most twice a second. */
  readonly progress: (progress: Omit<JobProgress, 'percent'>) => void;
}

import type { QueueName } from './queues.js';

/** BullMQ's words for where a job is, and its end by request. */
export const JOB_STATES = ['waiting', 'active', 'completed', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export function hasEnded(state: JobState): boolean {
  return state !== 'waiting' && state !== 'active';
}

/** Makes a payload of one version from one of the version before. */
export type Upgrade = (payload: object) => object;

/** What a feature declares once, beside its processor: the job's name, its queue and the type of its payload. */
export interface JobType<Payload extends object, Result extends object> {
  readonly name: string;
  readonly queue: QueueName;
  /** Version of the payload; a stored one that is older goes through `upgrades[itsVersion]` and so on. */
  readonly version: number;
  readonly upgrades: Readonly<Record<number, Upgrade>>;
  /** Never set: they carry the types to `start` and to the processor. */
  readonly payload?: Payload;
  readonly result?: Result;
}

const declared = new Map<string, JobType<object, object>>();

/** Declares a job type. The application does not start unless each has one `JobProcessor`. */
export function defineJob<Payload extends object, Result extends object>(
  name: string,
  queue: QueueName,
  { version = 1, upgrades = {} }: { version?: number; upgrades?: Record<number, Upgrade> } = {},
): JobType<Payload, Result> {
  if (declared.has(name)) throw new Error(`The job "${name}" is declared twice.`);
  const type = { name, queue, version, upgrades };
  declared.set(name, type);
  return type;
}

/** Every declared job type. */
export function jobTypes(): readonly JobType<object, object>[] {
  return [...declared.values()];
}

/** How far a job is. `total` is null while it is not known. */
export interface JobProgress {
  percent: number;
  done: number;
  total: number | null;
  /** What is counted or done right now, e.g. `products`. */
  unit: string;
}

/** What is told of a failure: a code, and a sentence without the insides. */
export interface JobError {
  code: string;
  detail: string;
}

/** What operators see of a failure; secrets in it are replaced. */
export interface JobFailure {
  message: string;
  stack: string;
}

/** Who or what started a job; absent where a request of the tenant did. */
export interface JobTrigger {
  kind: 'schedule' | 'catch-up' | 'operator' | 'event';
  /** The operator, or the event. */
  by?: string;
  /** The minute of the schedule. */
  slot?: Date;
}

/** A job as the database keeps it: the truth of its state; the queue only decides when it runs. */
export interface JobRecord {
  id: string;
  name: string;
  queue: QueueName;
  /** The tenant it belongs to; null for the system's own. */
  shop: string | null;
  payload: object;
  payloadVersion: number;
  /** See `JOB_PRIORITIES`. */
  priority: number;
  /** Of whose jobs only some may be in the queue at once: the tenant unless stated; null for the system's own. */
  group: string | null;
  state: JobState;
  progress: JobProgress | null;
  result: object | null;
  error: JobError | null;
  attempts: number;
  /** Times in a row that its process died while it ran, without getting further than before. */
  crashes: number;
  /** The furthest `progress.done` of any try. */
  furthest: number;
  cancelling: boolean;
  trigger: JobTrigger | null;
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
  /** Aborts when the job is cancelled or the process shuts down. */
  readonly signal: AbortSignal;
  /** Says how far the work is; stored at most twice a second. */
  readonly progress: (progress: Omit<JobProgress, 'percent'>) => void;
}

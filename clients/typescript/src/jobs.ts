import { ApiError } from './errors.js';
import type { EntrepotApi, JobDto } from './generated/index.js';
import { sleep } from './retry.js';

/** A job that ended without a result. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError';
  readonly code: string;

  constructor(readonly job: JobDto) {
    super(job.error?.detail ?? `The job ${job.id} failed.`);
    this.code = job.error?.code ?? 'unknown';
  }
}

const RECONNECT_SECONDS = 1;

/**
 * The states of a job as they come, by server-sent events; the last is `completed` or `failed`. A connection that
 * ends before is opened again.
 * @throws ApiError when the job may not be seen; the signal's reason when it is aborted
 */
export async function* watchJob(
  api: EntrepotApi,
  id: string,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<JobDto, void> {
  for (;;) {
    const connection = new AbortController();
    let failure: unknown;
    try {
      const { stream } = await api.streamJob({
        path: { id },
        signal: AbortSignal.any([signal, connection.signal]),
        sseMaxRetryAttempts: 1,
        onSseError: (error) => (failure = error),
      });
      for await (const event of stream as AsyncIterable<unknown>) {
        if (!isJob(event)) continue; // a ping
        yield event;
        if (hasEnded(event)) return;
      }
    } finally {
      connection.abort(); // also when the caller has seen enough
    }
    signal.throwIfAborted();
    if (failure instanceof ApiError) throw failure;
    await sleep(RECONNECT_SECONDS, signal);
  }
}

/**
 * The result of a job, once it is there.
 * @throws JobFailedError, and what `watchJob` throws
 */
export async function jobResult(
  api: EntrepotApi,
  id: string,
  signal?: AbortSignal,
): Promise<JobDto['result']> {
  for await (const job of watchJob(api, id, signal)) {
    if (job.state === 'completed') return job.result;
    if (hasEnded(job)) throw new JobFailedError(job);
  }
  throw new Error('unreachable: the last state of a job is an end');
}

function isJob(event: unknown): event is JobDto {
  return typeof event === 'object' && event !== null && 'state' in event;
}

function hasEnded({ state }: JobDto): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

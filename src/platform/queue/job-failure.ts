import { AppError } from '../../kernel/errors.js';
import { redact } from '../observability/secrets.js';
import type { JobError, JobFailure, JobRecord, JobType } from './job.js';

const MAX_STACK = 8_000;
/** A job that took its process down this often, without getting any further, is not run again. */
export const MAX_CRASHES = 3;

const TRANSIENT: ReadonlySet<string> = new Set([
  'database_unavailable',
  'service_unavailable',
  'queue_unavailable',
]);

/** A fault that is no tenant's to mend: the job goes to the dead letters, at once or when its tries are used up. */
export class JobFault extends Error {
  override readonly name = 'JobFault';

  constructor(
    readonly code: 'job_type_unknown' | 'job_payload_unsupported' | 'job_quarantined' | 'job_refused',
    message: string,
    /** Another process may be able to run it, e.g. a newer one during an update. */
    readonly retry: boolean,
  ) {
    super(message);
  }
}

/** Whether the failure is an answer: the job did its work and found it impossible, so no try will change it. */
export function isAnswer(error: unknown): error is AppError {
  return error instanceof AppError && !isTransient(error);
}

/** Whether a server that was away is the cause, so that a later try may succeed. */
export function isTransient(error: unknown): boolean {
  return error instanceof AppError && TRANSIENT.has(error.code);
}

/** What the tenant is told: our own errors in full, others without their insides. */
export function toJobError(error: unknown): JobError {
  if (error instanceof AppError) return { code: error.code, detail: error.detail };
  if (error instanceof JobFault) return { code: error.code, detail: error.message };
  return {
    code: 'internal_error',
    detail: 'The job failed on our side; the error is logged under the job id.',
  };
}

/** What operators see. */
export function toJobFailure(error: unknown): JobFailure {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return { message: redact(message).slice(0, MAX_STACK), stack: redact(stack).slice(0, MAX_STACK) };
}

/** @throws JobFault for a job that keeps killing its process */
export function assertHarmless({ crashes }: JobRecord): void {
  if (crashes >= MAX_CRASHES)
    throw new JobFault('job_quarantined', `The process died ${crashes} times while it ran this job.`, false);
}

/**
 * The payload in the form that the handler expects today.
 * @throws JobFault when it is newer, or an upgrade is missing
 */
export function currentPayload(
  { name, version, upgrades }: JobType<object, object>,
  { payload, payloadVersion }: Pick<JobRecord, 'payload' | 'payloadVersion'>,
): object {
  const unsupported = (retry: boolean) =>
    new JobFault(
      'job_payload_unsupported',
      `The payload of "${name}" has version ${payloadVersion}, this process knows ${version}.`,
      retry,
    );
  if (payloadVersion > version) throw unsupported(true);
  let current = payload;
  for (let from = payloadVersion; from < version; from++) {
    const upgrade = upgrades[from];
    if (!upgrade) throw unsupported(false);
    current = upgrade(current);
  }
  return current;
}

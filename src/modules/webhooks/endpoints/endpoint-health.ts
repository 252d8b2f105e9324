import type { EndpointHealth } from './webhook-endpoint.schema.js';

/** Failures in a row before an endpoint is left alone for a while. */
const OPEN_AFTER = 5;
const LONGEST_PAUSE_SECONDS = 3_600;
/** A quiet endpoint is not disabled for one failure that ended a long silence. */
const DISABLE_AFTER_FAILURES = 10;
const DAY_MS = 86_400_000;

export interface HealthPolicy {
  retrySeconds: readonly number[];
  disableAfterDays: number;
}

/** What one try came to, as far as the endpoint is concerned. */
export interface TryOutcome {
  ok: boolean;
  /** The endpoint asked to be left alone for so long (429, 503 with Retry-After). */
  pauseMs?: number;
}

/**
 * The endpoint's state after some tries that ended together: a success closes the circuit, five failures in a row open
 * it, each further one for longer, as long as a delivery's own retries but an hour at most.
 */
export function healthAfter(
  before: EndpointHealth,
  outcomes: readonly TryOutcome[],
  now: Date,
  { retrySeconds }: HealthPolicy,
  random = Math.random,
): EndpointHealth {
  const asked = Math.max(0, ...outcomes.map(({ pauseMs = 0 }) => pauseMs));
  const succeeded = outcomes.some(({ ok }) => ok);
  const failures = succeeded ? 0 : before.failures + outcomes.length;
  const opened = failures >= OPEN_AFTER ? pauseOf(failures - OPEN_AFTER, retrySeconds) : 0;
  const pause = Math.max(asked, opened * (1 + random() / 5));
  return {
    failures,
    failingSince: succeeded ? null : (before.failingSince ?? now),
    pausedUntil: pause > 0 ? new Date(now.getTime() + pause) : null,
    lastSuccessAt: succeeded ? now : before.lastSuccessAt,
  };
}

/** After its pause an endpoint is tried with a single delivery. */
export function isOnTrial({ failures }: EndpointHealth): boolean {
  return failures >= OPEN_AFTER;
}

/** Since when it fails, if its shop should know: for a day, and not by single deliveries. */
export function alarmingSince({ failures, failingSince }: EndpointHealth, now: Date): Date | undefined {
  if (!failingSince || failures < OPEN_AFTER) return undefined;
  return now.getTime() - failingSince.getTime() >= DAY_MS ? failingSince : undefined;
}

/** Whether it has failed for so long that it is not worth trying. */
export function isLost({ failures, failingSince }: EndpointHealth, now: Date, policy: HealthPolicy): boolean {
  if (!failingSince || failures < DISABLE_AFTER_FAILURES) return false;
  return now.getTime() - failingSince.getTime() >= policy.disableAfterDays * DAY_MS;
}

function pauseOf(step: number, retrySeconds: readonly number[]): number {
  const seconds = retrySeconds[Math.min(step, retrySeconds.length - 1)] ?? 0;
  return Math.min(seconds, LONGEST_PAUSE_SECONDS) * 1000;
}

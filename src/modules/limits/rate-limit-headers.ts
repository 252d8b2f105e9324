import type { RateWindow, Verdict, WindowState } from '../../platform/limits/quota.js';
import type { AppliedPolicy } from './policies.js';

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4): one item a quota,
 * `q` its size, `w` its window in seconds, `r` what is left, `t` the seconds until more is.
 */
export function rateLimitHeaders(results: readonly [AppliedPolicy, Verdict][]): Record<string, string> {
  return {
    'ratelimit-policy': results.map(([applied]) => policyField(applied)).join(', '),
    ratelimit: results.map(([applied, verdict]) => stateField(applied, verdict)).join(', '),
  };
}

/** What `RateLimit-Policy` says of a quota. */
export function policyField({ policy, quota }: AppliedPolicy): string {
  const window = windowItem(policy, quota);
  return quota.burst ? `${window}, ${windowItem(`${policy}-burst`, quota.burst)}` : window;
}

/** What `RateLimit` says of a quota. */
export function stateField({ policy }: AppliedPolicy, verdict: Verdict): string {
  const window = stateItem(policy, verdict);
  return verdict.burst ? `${window}, ${stateItem(`${policy}-burst`, verdict.burst)}` : window;
}

function windowItem(name: string, { limit, windowMs }: RateWindow): string {
  return `"${name}";q=${limit};w=${seconds(windowMs)}`;
}

function stateItem(name: string, { remaining, resetMs }: WindowState): string {
  return `"${name}";r=${remaining}${resetMs > 0 ? `;t=${seconds(resetMs)}` : ''}`;
}

/** Whole seconds, never too few. */
export function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

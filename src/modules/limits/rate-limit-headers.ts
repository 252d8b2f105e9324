import type { RateWindow, Verdict, WindowState } from '../../platform/limits/quota.js';
import type { AppliedPolicy } from './policies.js';

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4): one item a quota,
 * `q` its size, `w` its window in seconds, `r` what is left, `t` the seconds until more is.
 */
export function rateLimitHeaders(results: readonly [AppliedPolicy, Verdict][]): Record<string, string> {
  const items = results.flatMap(([{ policy, quota }, verdict]): [string, RateWindow, WindowState][] => [
    [policy, quota, verdict],
    ...(quota.burst && verdict.burst
      ? [[`${policy}-burst`, quota.burst, verdict.burst] as [string, RateWindow, WindowState]]
      : []),
  ]);
  return {
    'ratelimit-policy': items
      .map(([name, { limit, windowMs }]) => `"${name}";q=${limit};w=${seconds(windowMs)}`)
      .join(', '),
    ratelimit: items
      .map(
        ([name, , { remaining, resetMs }]) =>
          `"${name}";r=${remaining}${resetMs > 0 ? `;t=${seconds(resetMs)}` : ''}`,
      )
      .join(', '),
  };
}

/** Whole seconds, never too few. */
export function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

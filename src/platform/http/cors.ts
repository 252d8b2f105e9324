import cors, { type FastifyCorsOptions } from '@fastify/cors';

/** What scripts of other origins may read beside the few headers every browser shows them. */
const EXPOSED = [
  ...[
    'Age',
    'Deprecation',
    'ETag',
    'Idempotent-Replayed',
    'Link',
    'Location',
    'RateLimit',
    'RateLimit-Policy',
  ],
  ...['Content-Disposition', 'Retry-After', 'Sunset', 'WWW-Authenticate', 'X-Cache', 'X-Request-Id'],
];
/** Chromium believes a preflight no longer than two hours. */
const MAX_AGE_SECONDS = 7_200;

export { cors };

/** CORS for these origins: any (then without cookies), or the exact ones. */
export function corsFor(origins: readonly string[]): FastifyCorsOptions {
  const any = origins.includes('*');
  return {
    origin: any ? '*' : [...origins],
    credentials: !any,
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: MAX_AGE_SECONDS,
  };
}

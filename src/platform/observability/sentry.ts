import * as Sentry from '@sentry/nestjs';
import type { SentrySettings } from '../../config/sentry-settings.js';
import { SECRET_FIELDS } from './logger.js';
import { requestContext } from './request-context.js';

const SECRET_NAME = new RegExp(`^(x-)?(${SECRET_FIELDS.join('|')}|set-cookie)$`, 'i');
/** API keys, bearer tokens, JWTs, passwords in URLs, e-mail addresses: wherever they stand in a text. */
const SECRET_TEXT: [RegExp, string][] = [
  [/ent_live_[\w-]+/g, '[redacted key]'],
  [/\bBearer\s+[\w.~+/-]+=*/gi, 'Bearer [redacted]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[redacted token]'],
  [/(\w+:\/\/[^\s:/@]+:)[^\s@]+@/g, '$1[redacted]@'],
  [/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, '[redacted email]'],
];
const MAX_DEPTH = 12;

/** Reports errors and a sample of traces, without secrets or personal data. Off while the DSN is empty. */
export function startSentry({ dsn, sampleRate, release, environment }: SentrySettings): void {
  if (!dsn) return;
  Sentry.init({
    dsn,
    release,
    environment,
    tracesSampleRate: sampleRate,
    sendDefaultPii: false,
    beforeSend: (event) => withContext(redact(event)),
    beforeSendTransaction: (event) => redact(event),
    beforeBreadcrumb: (breadcrumb) => redact(breadcrumb),
  });
}

function withContext(event: Sentry.ErrorEvent): Sentry.ErrorEvent {
  const { requestId, jobId, shop } = requestContext.getStore() ?? {};
  return { ...event, tags: { ...event.tags, ...(requestId ? { requestId } : {}), ...(jobId ? { jobId } : {}), ...(shop ? { shop } : {}) } };
}

/** A copy in which the values of secret fields and secrets inside texts are replaced. */
export function redact<T>(value: T, depth = 0): T {
  return copy(value, depth) as T;
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return SECRET_TEXT.reduce((text, [pattern, by]) => text.replace(pattern, by), value);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, SECRET_NAME.test(name) ? '[redacted]' : copy(inner, depth + 1)]),
  );
}

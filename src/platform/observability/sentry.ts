import * as Sentry from '@sentry/nestjs';
import type { SentrySettings } from '../../config/sentry-settings.js';
import { requestContext } from './request-context.js';
import { redact } from './secrets.js';

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
  return {
    ...event,
    tags: {
      ...event.tags,
      ...(requestId ? { requestId } : {}),
      ...(jobId ? { jobId } : {}),
      ...(shop ? { shop } : {}),
    },
  };
}

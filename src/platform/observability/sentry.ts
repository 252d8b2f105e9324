import type * as Sentry from '@sentry/nestjs';
import type { SentrySettings } from '../../config/sentry-settings.js';
import { reportErrorsTo } from './error-reports.js';
import { requestContext } from './request-context.js';
import { redact } from './secrets.js';

/**
 * Reports errors and a sample of traces, without secrets or personal data. Off while the DSN is empty; the SDK, some
 * 50 MB of memory, is loaded only when it is on.
 */
export async function startSentry({ dsn, sampleRate, release, environment }: SentrySettings): Promise<void> {
  if (!dsn) return;
  const sdk = await import('@sentry/nestjs');
  sdk.init({
    dsn,
    release,
    environment,
    tracesSampleRate: sampleRate,
    sendDefaultPii: false,
    beforeSend: (event) => withContext(redact(withoutInput(event))),
    beforeSendTransaction: (event) => redact(withoutInput(event)),
    beforeBreadcrumb: (breadcrumb) => redact(breadcrumb),
  });
  reportErrorsTo((error) => {
    sdk.captureException(error);
  });
}

/** What callers send and the cookies they hold are theirs; the route and the request id find the case. */
function withoutInput<E extends Sentry.Event>(event: E): E {
  const { data: _data, cookies: _cookies, ...request } = event.request ?? {};
  return { ...event, request };
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

import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line written while a request or a job runs should say about it. */
export interface RequestContext {
  requestId?: string;
  jobId?: string;
  shop?: string;
  principal?: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();

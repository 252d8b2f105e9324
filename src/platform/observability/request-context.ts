import { AsyncLocalStorage } from 'node:async_hooks';

/** The running request, job or operator command: what its log lines, error reports and audit events say of it. */
export interface RequestContext {
  requestId?: string;
  jobId?: string;
  jobName?: string;
  /** The operator command on the command line. */
  command?: string;
  shop?: string;
  principal?: string;
  /** Whether the principal is an operator. */
  operator?: boolean;
  /** The caller's address, behind trusted proxies the one they tell. */
  ip?: string;
  userAgent?: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();

/** What goes on every log line; address and user agent stand in the request's own line and in audit events only. */
export function logContext(): Pick<RequestContext, 'requestId' | 'jobId' | 'shop' | 'principal'> {
  const { requestId, jobId, shop, principal } = requestContext.getStore() ?? {};
  return {
    ...(requestId ? { requestId } : {}),
    ...(jobId ? { jobId } : {}),
    ...(shop ? { shop } : {}),
    ...(principal ? { principal } : {}),
  };
}

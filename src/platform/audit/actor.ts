import type { RequestContext } from '../observability/request-context.js';
import type { AuditActor } from './audit-event.js';

/** Who acts, by the running request or job; the system itself when neither runs. */
export function actorOf({
  requestId,
  principal,
  operator,
  jobId,
  jobName,
  command,
}: RequestContext): AuditActor {
  if (jobId)
    return { kind: 'job', id: `job:${jobId}`, ...(jobName ? { name: jobName } : {}), operator: false };
  if (principal)
    return {
      kind: principal.startsWith('api_key:') ? 'api_key' : 'account',
      id: principal,
      operator: operator ?? false,
    };
  if (command) return { kind: 'system', id: 'system', name: command, operator: true };
  if (requestId) return { kind: 'anonymous', id: 'anonymous', operator: false };
  return { kind: 'system', id: 'system', operator: false };
}

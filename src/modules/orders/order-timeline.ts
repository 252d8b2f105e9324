import { actorOf } from '../../platform/audit/actor.js';
import { requestContext } from '../../platform/observability/request-context.js';
import type { TimelineEntry } from './order.js';

/** An entry by whoever acts in the running request or job. */
export function entry(type: string, message = ''): TimelineEntry {
  const { id } = actorOf(requestContext.getStore() ?? {});
  return { at: new Date(), type, by: id, message };
}

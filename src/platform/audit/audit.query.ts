import { Types } from 'mongoose';
import { decodePosition, encodeCursor } from '../../kernel/cursor.js';
import type { AuditAction, AuditEvent, AuditResource } from './audit-event.js';

export interface AuditFilter {
  /** The tenant; absent for every one and the system's own. */
  shop?: string;
  action?: AuditAction;
  resource?: AuditResource;
  resourceId?: string;
  /** `account:…`, `api_key:…`, `job:…`. */
  principal?: string;
  /** At or after. */
  from?: Date;
  /** Before. */
  to?: Date;
}

export interface AuditQuery {
  filter: Record<string, unknown>;
  /** The index by name: each yields its events newest first. */
  hint: string;
}

const SORT = '-at';

/** One page's query; the filter that narrows most picks the index, the others are checked on the way. */
export function auditQuery(wanted: AuditFilter, cursor?: string): AuditQuery {
  const { shop, action, resource, resourceId, principal } = wanted;
  return {
    filter: {
      ...(shop === undefined ? {} : { shop }),
      ...(action === undefined ? {} : { action }),
      ...(resource === undefined ? {} : { resource }),
      ...(resourceId === undefined ? {} : { resourceId }),
      ...(principal === undefined ? {} : { 'actor.id': principal }),
      ...within(wanted, cursor),
    },
    hint: indexFor(wanted),
  };
}

/** The cursor that continues behind `last`. */
export function auditCursor({ at, id }: Pick<AuditEvent, 'at' | 'id'>): string {
  return encodeCursor({ sort: SORT, values: [at, id] });
}

function indexFor({ shop, action, resource, resourceId, principal }: AuditFilter): string {
  if (resourceId !== undefined) return 'resourceId_at';
  if (principal !== undefined) return 'actor_at';
  if (shop === undefined) return action === undefined ? 'at' : 'action_at';
  if (action !== undefined) return 'shop_action_at';
  return resource === undefined ? 'shop_at' : 'shop_resource_at';
}

/** The plain bounds are what the index seeks to; the `$or` only drops the ties that were already shown. */
function within({ from, to }: AuditFilter, cursor: string | undefined): Record<string, unknown> {
  const last = cursor === undefined ? undefined : positionOf(cursor);
  const at = {
    ...(from ? { $gte: from } : {}),
    ...(to ? { $lt: to } : {}),
    ...(last ? { $lte: last.at } : {}),
  };
  return {
    ...(Object.keys(at).length > 0 ? { at } : {}),
    ...(last ? { $or: [{ at: { $lt: last.at } }, { at: last.at, _id: { $lt: last.id } }] } : {}),
  };
}

function positionOf(cursor: string): { at: Date; id: Types.ObjectId } {
  const { value: at, id } = decodePosition(cursor, SORT, (value) => value instanceof Date);
  return { at, id: new Types.ObjectId(id) };
}

import type { AuditChange } from '../../platform/audit/audit-event.js';
import { occurrence } from '../../platform/events/event-type.js';
import { dataOf, shopInstalled, shopUninstalled, shopUpdated } from './shop.events.js';
import type { Shop } from './shop.js';

const EVENTS = {
  created: shopInstalled,
  reinstalled: shopInstalled,
  updated: shopUpdated,
  uninstalled: shopUninstalled,
};

/** A change of a shop for the audit trail, and its event. */
export function shopChange(action: keyof typeof EVENTS, before: Shop | null, after: Shop): AuditChange {
  const { shop } = after;
  return {
    action,
    resource: 'shop',
    resourceId: shop,
    shop,
    before: before && about(before),
    after: about(after),
    event: occurrence(EVENTS[action], after.version, dataOf(after)),
  };
}

function about({ version: _version, createdAt: _createdAt, updatedAt: _updatedAt, ...shop }: Shop): object {
  return shop;
}

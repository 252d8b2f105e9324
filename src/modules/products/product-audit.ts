import type { AuditChange } from '../../platform/audit/audit-event.js';
import { occurrence } from '../../platform/events/event-type.js';
import { dataOf, productCreated, productDeleted, productUpdated } from './product.events.js';
import type { ProductDocument } from './product.schema.js';

const EVENTS = { created: productCreated, updated: productUpdated, deleted: productDeleted };

/**
 * A change of a product for the audit trail: what was written of it, without what follows from that; and its event.
 */
export function productChange(
  action: keyof typeof EVENTS,
  before: ProductDocument | null,
  after: ProductDocument | null,
): AuditChange {
  const { _id, shop } = (after ?? before) as ProductDocument;
  const resourceId = String(_id);
  const version = (before?.version ?? 0) + 1;
  const data = dataOf(after ? { ...after, version } : (before as ProductDocument));
  return {
    ...{ action, resource: 'product', resourceId, shop, before: written(before), after: written(after) },
    event: occurrence(EVENTS[action], version, data),
  };
}

function written(product: ProductDocument | null): object | null {
  if (!product) return null;
  const { handle, title, descriptionHtml, vendor, productType, productCategory, tags, status } = product;
  const { published, giftCard, options, variants, images, seo, extra } = product;
  return {
    ...{ handle, title, descriptionHtml, vendor, productType, productCategory, tags, status },
    ...{ published, giftCard, options, variants, images, seo, extra },
  };
}

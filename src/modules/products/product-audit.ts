import type { AuditAction, AuditChange } from '../../platform/audit/audit-event.js';
import type { ProductDocument } from './product.schema.js';

/** A change of a product for the audit trail: what was written of it, without what follows from that. */
export function productChange(
  action: AuditAction,
  before: ProductDocument | null,
  after: ProductDocument | null,
): AuditChange {
  const { _id, shop } = (after ?? before) as ProductDocument;
  const resourceId = String(_id);
  return { action, resource: 'product', resourceId, shop, before: written(before), after: written(after) };
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

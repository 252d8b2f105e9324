import { createHash } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { ShopDomain } from '../../src/kernel/shop-domain.js';
import { completeDraft } from '../../src/modules/products/import/csv/merge.js';
import { newDocument } from '../../src/modules/products/product-document.js';
import type { ProductDocument } from '../../src/modules/products/product.schema.js';

const AT_ONCE = 5_000;

/**
 * Puts `count` products straight into the database, n from 0, as an import would have left them; `more` changes the
 * n-th. Their handles are hard to compress, so that files of them grow.
 */
export async function insertProducts(
  db: mongo.Db,
  shop: ShopDomain,
  count: number,
  more: (n: number) => Partial<ProductDocument> = () => ({}),
): Promise<void> {
  const now = new Date();
  for (let from = 0; from < count; from += AT_ONCE) {
    const documents = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => {
      const handle = createHash('sha256')
        .update(String(from + i))
        .digest('hex')
        .slice(0, 40);
      const draft = completeDraft({ handle, title: handle, seo: {}, extra: [], extraKeys: new Set() });
      return { ...newDocument(shop, 'EUR', draft, now), ...more(from + i) };
    });
    await db.collection('products').insertMany(documents, { ordered: false });
  }
}

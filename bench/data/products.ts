import { catalogueCsv } from '../../local/demo/catalogue.ts';
import { Random } from '../../local/demo/random.ts';
import type { ShopDomain } from '../../src/kernel/shop-domain.js';
import type { ProductDraft } from '../../src/modules/products/product.js';
import type { ProductDocument } from '../../src/modules/products/product.schema.js';
import { completeDraft, newDocument, readProducts } from './product-code.ts';
import type { PlannedShop } from './population.ts';

export const CURRENCY = 'EUR';
const NEWEST = Date.UTC(2026, 10, 1);
const YEAR_MS = 365 * 24 * 3600 * 1000;

/** The demo catalogue of a shop, read as an import reads it. */
export async function* drafts({
  theme,
  seed,
  products,
}: Omit<PlannedShop, 'shop' | 'name'>): AsyncGenerator<ProductDraft> {
  const rows = readProducts(catalogueCsv({ theme, seed, products }), { currency: CURRENCY });
  for await (const row of rows) {
    if (row.kind === 'error') throw new Error(`demo catalogue, line ${row.line}: ${row.message}`);
    yield completeDraft(row.product);
  }
}

/** The stored products of a shop, as the application writes them, changed at times spread over a year. */
export async function* documents(planned: PlannedShop): AsyncGenerator<ProductDocument> {
  const random = new Random(planned.seed);
  for await (const draft of drafts(planned)) {
    const changed = new Date(NEWEST - Math.floor(random.next() * YEAR_MS));
    yield newDocument(planned.shop as ShopDomain, CURRENCY, draft, changed);
  }
}

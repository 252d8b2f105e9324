// The bare server the catalogue is measured against: Fastify and the MongoDB driver with their defaults, as one
// writes it by hand, without tenants, credentials, validation, limits or logs. Same filter, sort, projection, write
// concern and the same JSON as the application. Reads MONGODB_URI, HOST and PORT.
import Fastify from 'fastify';
import mongoose from 'mongoose';
import type { ShopDomain } from '../../src/kernel/shop-domain.js';
import type { ProductDraft } from '../../src/modules/products/product.js';
import type { ProductDocument } from '../../src/modules/products/product.schema.js';
import { newDocument, PRODUCT_FIELDS, SUMMARY_FIELDS } from '../data/product-code.ts';
import { CURRENCY } from '../data/products.ts';

interface OfShop {
  Params: { shop: ShopDomain };
}

const LIMIT = 50;
const summary = Object.fromEntries(
  SUMMARY_FIELDS.filter((field) => field !== 'id').map((field) => [field, 1]),
);

const client = new mongoose.mongo.MongoClient(process.env.MONGODB_URI ?? '');
const products = client.db().collection<ProductDocument>('products');
const app = Fastify();

app.get('/ready', async () => client.db().command({ ping: 1 }));

app.get<OfShop & { Querystring: { updatedSince: string } }>(
  '/shops/:shop/products',
  async ({ params: { shop }, query }) => {
    const found = await products
      .find({ shop, updatedAt: { $gte: new Date(query.updatedSince) } })
      .sort({ updatedAt: -1, _id: -1 })
      .project<ProductDocument>(summary)
      .limit(LIMIT + 1)
      .toArray();
    const data = found.slice(0, LIMIT).map(({ _id, ...fields }) => ({ id: _id, ...fields }));
    const hasMore = found.length > LIMIT;
    return { data, page: { hasMore, nextCursor: hasMore ? cursorAfter(found[LIMIT - 1]) : null } };
  },
);

app.get<{ Params: { shop: ShopDomain; handle: string } }>(
  '/shops/:shop/products/by-handle/:handle',
  async (request) => {
    const { shop, handle } = request.params;
    const product = await products.findOne({ shop, handle }, { projection: { search: 0 } });
    return product && whole(product);
  },
);

app.post<OfShop & { Body: ProductDraft }>('/shops/:shop/products', async ({ params, body }, reply) => {
  const document = newDocument(params.shop, CURRENCY, body, new Date());
  await products.insertOne(document, { writeConcern: { w: 'majority' } });
  return reply.code(201).send(whole(document));
});

function whole(document: ProductDocument) {
  return Object.fromEntries(
    PRODUCT_FIELDS.map((field) => [field, field === 'id' ? document._id : document[field]]),
  );
}

function cursorAfter(last: ProductDocument | undefined): string {
  const values = [{ d: last?.updatedAt.getTime() }, last?._id];
  return Buffer.from(JSON.stringify([1, '-updatedAt', values])).toString('base64url');
}

await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, () => void app.close().then(() => client.close()));
}

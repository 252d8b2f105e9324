// The bare server the placing of orders is measured against: Fastify and a transaction of the MongoDB driver with the same
// reads and writes, as one writes it by hand: the variant's price, the next number, pieces off the stock, the order,
// its audit entry and its event. Reads MONGODB_URI, HOST and PORT.
import Fastify from 'fastify';
import mongoose from 'mongoose';

interface Line {
  variantId: string;
  quantity: number;
}
interface Product {
  title: string;
  variants: { id: mongoose.mongo.ObjectId; price: number; optionValues: string[]; sku: string }[];
}

const { ObjectId } = mongoose.mongo;
const client = new mongoose.mongo.MongoClient(process.env.MONGODB_URI ?? '');
const db = client.db();
const counters = db.collection<{ _id: string; number: number }>('bench_counters');
const app = Fastify();

app.get('/ready', async () => client.db().command({ ping: 1 }));

app.post<{ Params: { shop: string }; Body: { lines: Line[] } }>(
  '/shops/:shop/orders',
  async ({ params: { shop }, body }, reply) => {
    const order = await client.withSession((session) =>
      session.withTransaction(
        async () => {
          const lines = [];
          for (const { variantId, quantity } of body.lines) {
            const product = await db
              .collection<Product>('products')
              .findOne({ shop, 'variants.id': new ObjectId(variantId) }, { session });
            const variant = product?.variants.find(({ id }) => id.equals(variantId));
            if (!product || !variant) throw new Error(`no variant ${variantId}`);
            const taken = await db
              .collection('inventory_levels')
              .updateOne(
                { shop, variantId: new ObjectId(variantId), available: { $gte: quantity } },
                { $inc: { available: -quantity, held: quantity } },
                { session },
              );
            if (taken.modifiedCount !== 1) throw new Error('out of stock');
            const { price: unitPrice, optionValues, sku } = variant;
            const total = unitPrice * quantity;
            const { title } = product;
            lines.push({ variantId, title, optionValues, sku, unitPrice, quantity, subtotal: total, total });
          }
          const counted = await counters.findOneAndUpdate(
            { _id: shop },
            { $inc: { number: 1 } },
            { upsert: true, returnDocument: 'after', session },
          );
          const now = new Date();
          const made = {
            ...{
              _id: new ObjectId(),
              shop,
              number: counted?.number ?? 1,
              status: 'pending',
              currency: 'EUR',
            },
            ...{ lines, totals: { total: lines.reduce((sum, { total }) => sum + total, 0) }, payments: [] },
            ...{ version: 1, placedAt: now, createdAt: now, updatedAt: now },
          };
          await db.collection('bench_orders').insertOne(made, { session });
          const told = { shop, resource: 'order', resourceId: String(made._id), at: now };
          await db
            .collection('bench_audit')
            .insertOne({ ...told, action: 'created', after: made }, { session });
          const event = { ...told, type: 'order.placed', data: { id: made._id, number: made.number } };
          await db.collection('bench_events').insertOne(event, { session });
          return made;
        },
        { writeConcern: { w: 'majority' } },
      ),
    );
    const { _id, ...rest } = order;
    return reply.code(201).send({ id: _id, ...rest });
  },
);

await db.collection('bench_orders').createIndexes([{ key: { shop: 1, number: 1 }, unique: true }]);
await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, () => void app.close().then(() => client.close()));
}

import mongoose, { Types, type Connection, type mongo } from 'mongoose';
import { readPage } from '../../src/platform/database/read-page.js';
import { MongoProxy } from '../support/mongo-proxy.js';
import { testStack, type TestStack } from '../support/stack.js';

interface Thing {
  _id: Types.ObjectId;
  n: number;
  text: string;
}

const { BSON } = mongoose.mongo;

describe('a page read as bytes', () => {
  let stack: TestStack;
  let proxy: MongoProxy;
  let connection: Connection;
  let things: mongo.Collection<Thing>;
  let stored: Thing[];

  beforeAll(async () => {
    stack = await testStack();
    proxy = await MongoProxy.to(stack.mongodbUri);
    connection = await mongoose.createConnection(proxy.uri(stack.mongodbUri)).asPromise();
    things = connection.db!.collection<Thing>('things');
    // numbers of two digits, so that the array's own names differ in length
    stored = Array.from({ length: 120 }, (_, n) => ({ _id: new Types.ObjectId(), n, text: `thing ${n} é` }));
    await things.insertMany(stored);
    await things.createIndex({ n: 1 }, { name: 'n' }, {});
  });
  afterAll(async () => {
    await connection.close();
    await proxy.close();
    await stack.release();
  });

  const page = async (limit: number, skip = 0, filter = {}) => {
    const query = { filter, projection: { text: 1, n: 1 }, sort: { n: -1 as const }, hint: 'n', limit, skip };
    return (await readPage(connection, things, query)).map((bytes) => BSON.deserialize(bytes));
  };

  it('has the documents in their order, all in one reply', async () => {
    const newest = stored.toReversed();
    expect(await page(120)).toEqual(newest);
    expect(await page(3, 5)).toEqual(newest.slice(5, 8));
    expect(await page(10, 0, { n: { $lt: 2 } })).toEqual(newest.slice(-2));
    expect(await page(10, 0, { n: -1 })).toEqual([]);
  });

  it('is read again when the connection breaks under it, and only once', async () => {
    const broken = proxy.cut('connection breaks', 'singleBatch');
    expect(await page(2)).toHaveLength(2);
    await broken;
    const first = proxy.cut('connection breaks', 'singleBatch');
    const second = first.then(() => proxy.cut('connection breaks', 'singleBatch'));
    await expect(page(2)).rejects.toThrow(mongoose.mongo.MongoNetworkError);
    await second;
  });

  it('is not read again when the server refuses it', async () => {
    await expect(page(1, 0, { $nonsense: 1 })).rejects.toMatchObject({ code: 2 });
  });
});

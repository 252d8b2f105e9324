import { Redis } from 'ioredis';
import { Types } from 'mongoose';
import type { Answer } from '../support/client.js';
import { csvOf } from '../support/csv-catalogue.js';
import { eventually } from '../support/eventually.js';
import { faultStack, type FaultStack } from '../support/fault-stack.js';
import { Service } from '../support/process.js';
import { nothingStored, storedFiles } from '../support/stored-files.js';
import { transportsCsv } from '../support/transports-csv.js';

const PRODUCTS = 12_000;
/** Thirty transactions. */
const TRANSPORTS = 3_000;
/** Enough that the first try of their sitemap is still running when the import has begun. */
const ACTIVE = 60_000;
/** One less than makes a job that gets no further count as poisoned. */
const KILLS = 2;
/** For the machine's slowness: a killed worker's job comes back within some two locks. */
const LOCK_MS = '1000';
const LONG_MS = 60_000;

describe('jobs survive', () => {
  let faults: FaultStack;
  let api: Service;
  let worker: Service | undefined;

  beforeAll(async () => {
    faults = await faultStack();
    api = await Service.start({ ...faults.env, ROLE: 'api' });
  });
  afterEach(async () => {
    await worker?.kill('SIGKILL');
  });
  afterAll(async () => {
    await api.kill('SIGKILL');
    await faults.stop();
  });

  const startWorker = async (): Promise<Service> =>
    (worker = await Service.start({ ...faults.env, ROLE: 'worker', JOB_LOCK_MS: LOCK_MS }));
  const jobs = () => faults.db.collection('jobs');
  const stateOf = async (id: string) => (await jobs().findOne({ _id: new Types.ObjectId(id) }))!;

  /** Kills a worker as soon as both jobs have moved on by one try; then the last may end them. */
  async function killAgainAndAgain(jobIds: string[], isMoving: () => Promise<boolean>): Promise<void> {
    for (let kill = 1; kill <= KILLS; kill++) {
      const running = await startWorker();
      await eventually(async () => {
        const states = await Promise.all(jobIds.map(stateOf));
        for (const { state, attempts } of states) if (state !== 'completed') expect(attempts).toBe(kill);
        expect(await isMoving()).toBe(true);
      }, LONG_MS);
      await running.kill('SIGKILL');
    }
    await startWorker();
  }

  async function expectImported(shop: string, job: Answer['body']): Promise<void> {
    expect(job).toMatchObject({ state: 'completed', attempts: KILLS + 1, result: { failed: 0, errors: [] } });
    const { created, unchanged, updated } = job.result;
    expect({ all: created + unchanged, updated }).toEqual({ all: PRODUCTS, updated: 0 });
    const products = faults.db.collection('products');
    expect(await products.countDocuments({ shop })).toBe(PRODUCTS);
    expect(await products.distinct('handle', { shop })).toHaveLength(PRODUCTS);
    expect(await products.distinct('version', { shop })).toEqual([1]);
  }

  it('kill -9 of the worker in the middle of a CSV of transport orders: an order of each row, once, with its audit entry and event', async () => {
    const own = await faults.shop('killed-transports');
    const csv = transportsCsv(Array.from({ length: TRANSPORTS }, () => ({})));
    const { body } = await own.at(api).upload('/api/transport-orders/import', csv);
    const orders = faults.db.collection('transport_orders');
    const landed = () => orders.countDocuments({ clientId: own.shop });
    const running = await startWorker();
    await eventually(async () => {
      expect(await landed()).toBeGreaterThan(0);
    }, LONG_MS);
    await running.kill('SIGKILL');
    expect(await landed()).toBeLessThan(TRANSPORTS);
    expect((await stateOf(body.jobId))['state']).toBe('active');
    const fresh = await startWorker();
    const job = await own.at(api).job(body.jobId, LONG_MS);
    const { text: metrics } = await fresh.api.get('/metrics');
    expect(metrics).toMatch(/^entrepot_queue_stalled_total\{queue="transport-import"\} [1-9]/m);
    const result = { created: TRANSPORTS, unchanged: 0, failed: 0, errors: [] };
    expect(job).toMatchObject({ state: 'completed', attempts: 2, result });
    expect(await landed()).toBe(TRANSPORTS);
    expect(await orders.distinct('reference', { clientId: own.shop })).toHaveLength(TRANSPORTS);
    expect(await orders.distinct('version', { clientId: own.shop })).toEqual([1]);
    const made = { shop: own.shop, resource: 'transport_order', action: 'created' };
    expect(await faults.db.collection('audit_events').countDocuments(made)).toBe(TRANSPORTS);
    const told = { shop: own.shop, type: 'transport_order.status_changed' };
    expect(await faults.db.collection('events').countDocuments(told)).toBe(TRANSPORTS);
    await nothingStored(faults.db);
  });

  it(
    'kill -9 of the worker in the middle of an import and a sitemap, again and again: every product once, one version, no file left',
    async () => {
      const [shop, other] = [await faults.shop('killed-import'), await faults.shop('killed-sitemap')];
      const products = faults.db.collection('products');
      await products.insertMany(published(other.shop));
      const { body: uploaded } = await shop
        .at(api)
        .upload(`/api/shops/${shop.shop}/products/import`, manyProducts());
      const { body: started } = await other.at(api).post(`/api/shops/${other.shop}/sitemaps`);
      let before = 0;
      await killAgainAndAgain([uploaded.jobId, started.jobId], async () => {
        const now = await products.countDocuments({ shop: shop.shop });
        const grown = now > before;
        before = now;
        return grown;
      });
      await expectImported(shop.shop, await shop.at(api).job(uploaded.jobId, LONG_MS));
      const job = await other.at(api).job(started.jobId, LONG_MS);
      expect(job).toMatchObject({ state: 'completed', result: { products: ACTIVE } });
      const versions = await faults.db.collection('sitemaps').find({ shop: other.shop }).toArray();
      expect(versions).toHaveLength(1);
      const { files, orphanChunks } = await storedFiles(faults.db);
      expect({ files, orphanChunks }).toEqual({ files: versions[0]!['files'].length, orphanChunks: 0 });
    },
    4 * LONG_MS,
  );

  it(
    'a job that was stored and never queued is queued',
    async () => {
      const shop = await faults.shop('never-queued');
      const silent = new Date(Date.now() - 60_000);
      const { insertedId } = await jobs().insertOne({
        ...{
          name: 'sitemap.generate',
          queue: 'sitemap-generation',
          shop: shop.shop,
          payload: { shop: shop.shop },
        },
        ...{ state: 'waiting', progress: null, result: null, error: null, attempts: 0 },
        ...{
          createdAt: silent,
          startedAt: null,
          finishedAt: null,
          touchedAt: silent,
          openKey: `sitemap:${shop.shop}`,
        },
      });
      const { logs } = await startWorker().then((service) => ({ logs: () => service.logs() }));
      expect(await shop.at(api).job(String(insertedId))).toMatchObject({ state: 'completed', attempts: 1 });
      await eventually(() => {
        expect(logs().map(({ msg }) => msg)).toContain('Jobs that had left the queue were queued again');
      });
    },
    LONG_MS,
  );

  it(
    'FLUSHALL while jobs wait',
    async () => {
      const shops = await Promise.all(
        ['flushed-1', 'flushed-2', 'flushed-3'].map((name) => faults.shop(name)),
      );
      const started = [];
      for (const shop of shops)
        started.push((await shop.at(api).post(`/api/shops/${shop.shop}/sitemaps`)).body.jobId as string);
      const redis = new Redis(faults.stack.redisUrl);
      await redis.flushall();
      await redis.quit();
      const ids = started.map((id) => new Types.ObjectId(id));
      await jobs().updateMany({ _id: { $in: ids } }, { $set: { touchedAt: new Date(Date.now() - 60_000) } });
      await startWorker();
      for (const [at, shop] of shops.entries())
        expect((await shop.at(api).job(started[at]!)).state).toBe('completed');
    },
    LONG_MS,
  );
});

/** As little of a product as a sitemap reads. */
function published(shop: string): object[] {
  const updatedAt = new Date();
  return Array.from({ length: ACTIVE }, (_, i) => ({
    ...{ shop, handle: `product-${i}`, status: 'active', published: true, updatedAt },
    images: [{ src: `https://cdn.example.com/${i}.jpg` }],
  }));
}

function manyProducts(): string {
  return csvOf(
    Array.from({ length: PRODUCTS }, (_, i) => ({
      Handle: `product-${i}`,
      Title: `Product ${i}`,
      'Body (HTML)': `<p>${'words '.repeat(20)}</p>`,
      'Variant Price': '1.00',
      'Image Src': `https://cdn.example.com/${i}.jpg`,
    })),
  );
}

import { reconcileQuotas } from '../../src/modules/products/quota-reconciliation.job.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { expectProblem } from '../support/problem.js';
import { runJob } from '../support/run-job.js';

describe("the plan's product limit", () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
    for (const products of [3, 50]) {
      const limits = { products, optimizationsPerMonth: null, requestsPerMinute: 6_000 };
      const plan = {
        plan: `limit-${products}`,
        name: `Limit ${products}`,
        price: 0,
        currency: 'EUR',
        trialDays: 0,
        limits,
      };
      expect((await test.admin.post('/api/plans', plan)).status).toBe(201);
    }
  });
  afterAll(() => test.close());

  const counter = async ({ shop, api }: TestShop) =>
    (await api.get(`/api/shops/${shop}/subscription`)).body.usage.products;
  const stored = ({ shop }: TestShop) => test.db.collection('products').countDocuments({ shop });
  const create = ({ shop, api }: TestShop, input: object) => api.post(`/api/shops/${shop}/products`, input);

  it('holds exactly under parallel creates', async () => {
    const own = await test.newShop({ plan: 'limit-50' });
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => create(own, { title: `Product ${n}` })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expectProblem(answer, 403, 'product_limit_reached');
    expect(await stored(own)).toBe(50);
    expect(await counter(own)).toBe(50);
  });

  it('gives the place of a deleted product to a new one, once', async () => {
    const own = await test.newShop({ plan: 'limit-3' });
    const [first] = await addProducts(own, [{ title: 'A' }, { title: 'B' }, { title: 'C' }]);
    const path = `/api/shops/${own.shop}/products/${first.id}`;
    const deleted = await Promise.all(Array.from({ length: 5 }, () => own.api.delete(path)));
    expect(deleted.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404]);
    expect(await counter(own)).toBe(2);
    expect((await create(own, { title: 'D' })).status).toBe(201);
    expectProblem(await create(own, { title: 'E' }), 403, 'product_limit_reached');
  });

  it('loses no place to creates that fail', async () => {
    const own = await test.newShop({ plan: 'limit-3' });
    await addProducts(own, [{ title: 'A' }]);
    for (let n = 0; n < 4; n++)
      expectProblem(await create(own, { title: 'A', handle: 'a' }), 409, 'duplicate_handle');
    expectProblem(await create(own, { title: 'A', variants: [] }), 400, 'validation_failed');
    expect(await counter(own)).toBe(1);
    await addProducts(own, [{ title: 'B' }, { title: 'C' }]);
  });

  it('counts exactly where a plan has none, for whoever looks after the answer', async () => {
    const shops = [await test.newShop(), await test.newShop()];
    await addProducts(shops[0]!, [{ title: 'Taken' }]);
    const answers = await Promise.all(
      shops.flatMap((own) =>
        Array.from({ length: 20 }, (_, n) =>
          create(own, { title: `Product ${n}`, handle: n < 3 ? 'taken' : `p-${n}` }),
        ),
      ),
    );
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3 + 2);
    expect(await Promise.all(shops.map(counter))).toEqual([18, 18]);
    expect(await Promise.all(shops.map(stored))).toEqual([18, 18]);
  });

  it('follows the plan: up at once, down without touching what is there', async () => {
    const own = await test.newShop({ plan: 'limit-3' });
    await addProducts(own, [{ title: 'A' }, { title: 'B' }, { title: 'C' }]);
    expectProblem(await create(own, { title: 'D' }), 403, 'product_limit_reached');
    await own.api.patch(`/api/shops/${own.shop}/subscription`, { plan: 'limit-50' });
    await addProducts(own, [{ title: 'D' }]);
    await own.api.patch(`/api/shops/${own.shop}/subscription`, { plan: 'limit-3' });
    expectProblem(await create(own, { title: 'E' }), 403, 'product_limit_reached');
    expect(await stored(own)).toBe(4);
  });

  it('is reconciled with the catalogue by the job, in both directions, and only where writes have settled', async () => {
    const shops = [await test.newShop(), await test.newShop(), await test.newShop(), await test.newShop()];
    const [high, low, right, busy] = shops as [TestShop, TestShop, TestShop, TestShop];
    for (const own of shops) await addProducts(own, [{ title: 'A' }, { title: 'B' }]);
    const hourAgo = new Date(Date.now() - 3_600_000);
    const set = ({ shop }: TestShop, products: number, usageChangedAt: Date) =>
      test.db
        .collection('subscriptions')
        .updateOne({ shop }, { $set: { 'usage.products': products, usageChangedAt } });
    await set(high, 7, hourAgo);
    await set(low, 0, hourAgo);
    await set(right, 2, hourAgo);
    await set(busy, 3, new Date());
    const { corrected } = await runJob(test, reconcileQuotas);
    expect([...corrected].sort()).toEqual([high.shop, low.shop].sort());
    expect(await Promise.all(shops.map(counter))).toEqual([2, 2, 2, 3]);
    expect((await runJob(test, reconcileQuotas)).corrected).toEqual([]);
  });
});

import { startTestApp, type TestApp } from '../support/app.js';
import { expectProblem } from '../support/problem.js';

const LIMITS = { products: 5, optimizationsPerMonth: null, requestsPerMinute: 60 };
const PLAN = { name: 'Custom', price: 1_500, currency: 'EUR', trialDays: 7, limits: LIMITS };

describe('plans', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  const create = (plan: string, more: object = {}) =>
    test.admin.post('/api/plans', { plan, ...PLAN, ...more });
  const offered = async (): Promise<string[]> =>
    (await test.anonymous.get('/api/plans')).body.data.map(({ plan }: { plan: string }) => plan);

  it('are on offer to anyone, cheapest first', async () => {
    const { status, body } = await test.anonymous.get('/api/plans');
    expect(status).toBe(200);
    expect(body.data.map(({ plan }: { plan: string }) => plan)).toEqual([
      'starter',
      'growth',
      'scale',
      'enterprise',
    ]);
    expect(body.page).toEqual({ nextCursor: null, hasMore: false, total: 4 });
    expect(body.data[1]).toMatchObject({
      price: 2_900,
      currency: 'EUR',
      trialDays: 14,
      limits: { products: 10_000 },
    });
  });

  it('are created by operators, and read back as they were answered', async () => {
    const created = await create('custom');
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe('/api/plans/custom');
    expect(created.body).toMatchObject({ plan: 'custom', ...PLAN, archivedAt: null, version: 1 });
    const read = await test.anonymous.get('/api/plans/custom');
    expect(read.body).toEqual(created.body);
    expect(read.headers.get('etag')).toBe('"1"');
  });

  it('have a name only once, also when created in parallel', async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => create('once')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expectProblem(await create('once'), 409, 'plan_exists');
  });

  it('change for all their subscribers at once, guarded by If-Match', async () => {
    await create('changing');
    const { shop, api } = await test.newShop({ plan: 'changing' });
    const limits = { ...LIMITS, products: 1 };
    const changed = await test.admin.patch(
      '/api/plans/changing',
      { limits },
      { headers: { 'if-match': '"1"' } },
    );
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).toBe('"2"');
    expect(changed.body).toMatchObject({ ...PLAN, limits, version: 2 });
    expect((await api.get(`/api/shops/${shop}/subscription`)).body.limits).toEqual(limits);
    const stale = await test.admin.patch(
      '/api/plans/changing',
      { name: 'X' },
      { headers: { 'if-match': '"1"' } },
    );
    expectProblem(stale, 412, 'version_mismatch');
  });

  it('are archived: off the offer, kept by who has them, refused to others', async () => {
    await create('retired');
    const { shop, api } = await test.newShop({ plan: 'retired' });
    const archived = await test.admin.delete('/api/plans/retired');
    expect(archived.status).toBe(200);
    expect(archived.body.archivedAt).toEqual(expect.any(String));
    expect(await offered()).not.toContain('retired');
    expect((await test.anonymous.get('/api/plans/retired')).status).toBe(200);
    expect((await api.get(`/api/shops/${shop}/subscription`)).body.limits).toEqual(LIMITS);
    const other = await test.newShop();
    expectProblem(
      await other.api.patch(`/api/shops/${other.shop}/subscription`, { plan: 'retired' }),
      404,
      'plan_not_found',
    );
  });

  it('refuses to archive the plan of a shop that chose none', async () => {
    expectProblem(await test.admin.delete('/api/plans/starter'), 409, 'plan_in_use');
    expect(await offered()).toContain('starter');
  });

  it.each([
    ['a name with a capital', { plan: 'Custom' }],
    ['a negative price', { price: -1 }],
    ['a price in fractions', { price: 9.99 }],
    ['a price as text', { price: '1500' }],
    ['a currency in small letters', { currency: 'eur' }],
    ['an unknown currency', { currency: 'ZZZ' }],
    ['a trial of two years', { trialDays: 730 }],
    ['limits without one of them', { limits: { products: 1, optimizationsPerMonth: 1 } }],
    ['an unknown limit', { limits: { ...LIMITS, sheep: 1 } }],
    ['no limits', { limits: null }],
    ['limits that are a list', { limits: [] }],
    ['limits within a list', { limits: [LIMITS] }],
    ['a negative limit', { limits: { ...LIMITS, products: -1 } }],
  ])('refuses %s', async (_, wrong) => {
    expectProblem(await create('wrong', wrong), 400, 'validation_failed');
    expect(await test.db.collection('plans').countDocuments({ plan: /wrong/i })).toBe(0);
  });

  it('are 404 when unknown, to each verb', async () => {
    expectProblem(await test.anonymous.get('/api/plans/nothing'), 404, 'plan_not_found');
    expectProblem(await test.admin.patch('/api/plans/nothing', { name: 'X' }), 404, 'plan_not_found');
    expectProblem(await test.admin.delete('/api/plans/nothing'), 404, 'plan_not_found');
  });

  it('are written by operators only', async () => {
    const { api } = await test.newShop();
    for (const [caller, status, code] of [
      [api, 403, 'forbidden'],
      [test.anonymous, 401, 'unauthenticated'],
    ] as const) {
      expectProblem(await caller.post('/api/plans', { plan: 'mine', ...PLAN }), status, code);
      expectProblem(await caller.patch('/api/plans/starter', { price: 0 }), status, code);
      expectProblem(await caller.delete('/api/plans/starter'), status, code);
    }
  });
});

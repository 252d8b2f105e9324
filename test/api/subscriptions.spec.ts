import { endTrials } from '../../src/modules/subscriptions/trials.job.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { expectProblem } from '../support/problem.js';
import { runJob } from '../support/run-job.js';

describe('subscriptions', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  const path = ({ shop }: TestShop) => `/api/shops/${shop}/subscription`;
  const read = async (own: TestShop) => (await own.api.get(path(own))).body;
  /** As the operator, who follows the payments. */
  const set = (own: TestShop, body: object) => test.admin.patch(path(own), body);

  async function installed(): Promise<TestShop> {
    const own = await test.newShop();
    await test.db.collection('subscriptions').deleteOne({ shop: own.shop });
    return own;
  }

  it('begin on the starter plan, active, with its limits', async () => {
    const own = await installed();
    const { status, headers, body } = await own.api.get(path(own));
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({
      shop: own.shop,
      plan: 'starter',
      status: 'active',
      trialEndsAt: null,
      limits: { products: 1_000 },
      usage: { products: 0 },
      history: [{ status: 'active', plan: 'starter' }],
    });
  });

  it('begin once, also when first seen by many at once', async () => {
    const own = await installed();
    const answers = await Promise.all(Array.from({ length: 10 }, () => own.api.get(path(own))));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await test.db.collection('subscriptions').countDocuments({ shop: own.shop })).toBe(1);
  });

  it('give one trial: on the first paid plan', async () => {
    const own = await installed();
    const before = Date.now();
    const grown = await own.api.patch(path(own), { plan: 'growth' });
    expect(grown.body).toMatchObject({
      plan: 'growth',
      status: 'trial',
      limits: { products: 10_000 },
      version: 2,
    });
    const days = (new Date(grown.body.trialEndsAt).getTime() - before) / (24 * 3600 * 1000);
    expect(Math.round(days)).toBe(14);
    const scaled = await own.api.patch(path(own), { plan: 'scale' });
    expect(scaled.body).toMatchObject({
      plan: 'scale',
      status: 'trial',
      trialEndsAt: grown.body.trialEndsAt,
    });
    expect(
      scaled.body.history.map(({ plan, status }: Record<string, string>) => `${plan} ${status}`),
    ).toEqual(['starter active', 'growth trial', 'scale trial']);
  });

  it('become past due by the job when the trial is over, and no sooner', async () => {
    const [over, running] = [await installed(), await installed()];
    for (const own of [over, running]) await own.api.patch(path(own), { plan: 'growth' });
    await test.db
      .collection('subscriptions')
      .updateOne({ shop: over.shop }, { $set: { trialEndsAt: new Date(Date.now() - 1) } });
    expect(await runJob(test, endTrials)).toEqual({ ended: 1 });
    expect(await read(over)).toMatchObject({ plan: 'growth', status: 'past_due', version: 3 });
    expect((await read(over)).history.at(-1)).toMatchObject({ status: 'past_due', plan: 'growth' });
    expect(await read(running)).toMatchObject({ status: 'trial', version: 2 });
    expect(await runJob(test, endTrials)).toEqual({ ended: 0 });
  });

  it('end the trial on a free plan, and give back only what is left of it', async () => {
    const own = await installed();
    const trial = (await own.api.patch(path(own), { plan: 'growth' })).body;
    const free = await own.api.patch(path(own), { plan: 'starter' });
    expect(free.body).toMatchObject({ plan: 'starter', status: 'active' });
    expect(await runJob(test, endTrials)).toEqual({ ended: 0 });
    const again = await own.api.patch(path(own), { plan: 'scale' });
    expect(again.body).toMatchObject({ plan: 'scale', status: 'trial', trialEndsAt: trial.trialEndsAt });
  });

  it.each(['growth', 'scale'])('are not paid by cancelling and choosing %s', async (plan) => {
    const own = await installed();
    await own.api.patch(path(own), { plan: 'growth' });
    const cancelled = (await own.api.patch(path(own), { status: 'cancelled' })).body;
    const back = await own.api.patch(path(own), { plan });
    expect(back.body).toMatchObject({ plan, status: 'trial', trialEndsAt: cancelled.trialEndsAt });
    await own.api.patch(path(own), { status: 'cancelled' });
    await test.db
      .collection('subscriptions')
      .updateOne({ shop: own.shop }, { $set: { trialEndsAt: new Date(Date.now() - 1) } });
    expect((await own.api.patch(path(own), { plan })).body).toMatchObject({ plan, status: 'past_due' });
    // and a debt is not left behind by moving on
    expect((await own.api.patch(path(own), { plan: 'enterprise' })).body.status).toBe('past_due');
    expect((await set(own, { status: 'active' })).body.status).toBe('active');
  });

  it('keep what is paid when one paid plan follows another', async () => {
    const own = await installed();
    await own.api.patch(path(own), { plan: 'growth' });
    await set(own, { status: 'active' });
    expect((await own.api.patch(path(own), { plan: 'scale' })).body.status).toBe('active');
  });

  it('fall back to the starter limits when cancelled', async () => {
    const own = await test.newShop({ plan: 'scale' });
    const cancelled = await own.api.patch(path(own), { status: 'cancelled' });
    expect(cancelled.body).toMatchObject({ plan: 'scale', status: 'cancelled', limits: { products: 1_000 } });
    expect((await set(own, { status: 'active' })).body).toMatchObject({
      status: 'active',
      limits: { products: 250_000 },
    });
  });

  it.each([
    ['active', 'trial'],
    ['past_due', 'trial'],
    ['cancelled', 'trial'],
    ['cancelled', 'past_due'],
  ])('cannot go from %s to %s', async (from, to) => {
    const own = await test.newShop({ plan: 'scale' });
    await set(own, { status: from });
    const before = await read(own);
    expect(before.status).toBe(from);
    expectProblem(await set(own, { status: to }), 409, 'invalid_transition');
    expect(await read(own)).toEqual(before);
  });

  it('let a merchant cancel and nothing else', async () => {
    const own = await test.newShop({ plan: 'scale' });
    for (const status of ['active', 'past_due', 'trial']) {
      expectProblem(await own.api.patch(path(own), { status }), 403, 'forbidden');
    }
    expect(await read(own)).toMatchObject({ status: 'trial', version: 2 });
    expect((await own.api.patch(path(own), { status: 'cancelled' })).status).toBe(200);
    expectProblem(await own.api.patch(path(own), { status: 'active' }), 403, 'forbidden');
  });

  it('change nothing when nothing changes', async () => {
    const own = await test.newShop({ plan: 'growth' });
    const before = await read(own);
    expect((await own.api.patch(path(own), { plan: 'growth' })).body).toEqual(before);
    expect((await own.api.patch(path(own), {})).body).toEqual(before);
  });

  it('of two writers with one ETag let one win', async () => {
    const own = await test.newShop({ plan: 'growth' });
    const etag = (await own.api.get(path(own))).headers.get('etag')!;
    const answers = await Promise.all(
      ['scale', 'enterprise', 'starter'].map((plan) =>
        own.api.patch(path(own), { plan }, { headers: { 'if-match': etag } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    const lost = answers.find(({ status }) => status === 412)!;
    expectProblem(lost, 412, 'version_mismatch');
    const won = answers.find(({ status }) => status === 200)!;
    expect(await read(own)).toEqual(won.body);
    expect(won.body.history).toHaveLength(3);
  });

  it('of parallel writers without an ETag never lose a step of the history', async () => {
    const own = await test.newShop({ plan: 'growth' });
    const answers = await Promise.all([
      own.api.patch(path(own), { status: 'cancelled' }),
      set(own, { status: 'past_due' }),
      set(own, { status: 'active' }),
    ]);
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBeGreaterThan(0);
    for (const { status } of answers) expect([200, 409, 412]).toContain(status);
    const { history, version } = await read(own);
    expect(history).toHaveLength(2 + won.length);
    expect(version).toBe(2 + won.length);
  });

  it.each([
    [{ plan: 'nothing' }, 404, 'plan_not_found'],
    [{ status: 'paused' }, 400, 'validation_failed'],
    [{ plan: null }, 400, 'validation_failed'],
    [{ usage: { products: 0 } }, 400, 'validation_failed'],
    [{ trialEndsAt: '2030-01-01' }, 400, 'validation_failed'],
  ])('refuse %j', async (body, status, code) => {
    const own = await test.newShop();
    const before = await read(own);
    expectProblem(await set(own, body), status, code);
    expect(await read(own)).toEqual(before);
  });
});

import { Types } from 'mongoose';
import { removeExpiredEvents } from '../../src/modules/audit/audit-retention.job.js';
import { AuditOutbox } from '../../src/platform/audit/audit-outbox.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import type { Answer, ApiClient } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/problem.js';
import { runJob } from '../support/run-job.js';

type Event = Answer['body'];

describe('audit events', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  const list = async (api: ApiClient, path: string): Promise<Event[]> => {
    const answer = await api.get(path);
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.body.data;
  };
  /** Events of new products are moved from the products within a moment. */
  const moved = () =>
    eventually(async () => {
      expect(await test.db.collection('products').countDocuments({ pendingAudit: { $exists: true } })).toBe(
        0,
      );
    });
  /** The shop's events, newest first, as told to the shop. */
  const events = async ({ shop, api }: TestShop, query = ''): Promise<Event[]> => {
    await moved();
    return list(api, `/api/shops/${shop}/audit-events?${query}`);
  };
  const all = (query: string) => list(test.admin, `/api/admin/audit-events?${query}`);

  it('tells who did what to a product: before and after, request, address', async () => {
    const own = await test.newShop();
    const { shop, api } = own;
    const headers = { 'x-request-id': 'request-of-this-test', 'user-agent': 'audit-spec/1.0' };
    const products = `/api/shops/${shop}/products`;
    const { body } = await api.post(
      products,
      { title: 'Shirt', vendor: 'Nordlys', variants: [{ price: 100, sku: 'S' }] },
      { headers },
    );
    await api.patch(
      `${products}/${body.id}`,
      { title: 'Blue Shirt', variants: [{ price: 120 }] },
      { headers },
    );
    await api.delete(`${products}/${body.id}`, { headers });
    const [deleted, updated, created] = await events(own, `resource=product&resourceId=${body.id}`);
    const key = await test.db.collection('api_keys').findOne({ shop });
    for (const event of [deleted, updated, created]) {
      expect(event).toMatchObject({
        resource: 'product',
        resourceId: body.id,
        shop,
        actor: { kind: 'api_key', id: `api_key:${String(key?._id)}`, operator: false },
        requestId: 'request-of-this-test',
        jobId: null,
        ip: '127.0.0.1',
        userAgent: 'audit-spec/1.0',
      });
    }
    expect(created).toMatchObject({
      action: 'created',
      before: null,
      after: { title: 'Shirt', handle: 'shirt', vendor: 'Nordlys', variants: [{ price: 100, sku: 'S' }] },
    });
    expect(created.after).not.toHaveProperty('search');
    expect(updated).toMatchObject({
      action: 'updated',
      before: { title: 'Shirt' },
      after: { title: 'Blue Shirt' },
    });
    expect(updated.before.variants).toEqual([{ id: body.variants[0].id, price: 100 }]);
    expect(updated.after.variants).toEqual([{ id: body.variants[0].id, price: 120 }]);
    expect(Object.keys(updated.after).sort()).toEqual(['title', 'variants']);
    expect(deleted).toMatchObject({ action: 'deleted', before: { title: 'Blue Shirt' }, after: null });
  });

  it('records a shop from its installation to its end, by whom, without its e-mail address', async () => {
    const own = await test.newShop();
    const { shop, api } = own;
    await api.patch(`/api/shops/${shop}`, { email: 'owner@example.com', name: 'Renamed' });
    const [change] = await events(own, 'resource=shop&action=updated');
    expect(change).toMatchObject({
      before: { name: 'Test shop', email: '[redacted]' },
      after: { name: 'Renamed', email: '[redacted]' },
    });
    await test.admin.patch(`/api/shops/${shop}`, { timeZone: 'Asia/Tokyo' });
    const [byOperator] = await events(own, 'resource=shop&action=updated');
    expect(byOperator).toMatchObject({
      actor: { kind: 'account', operator: true },
      before: { timeZone: 'UTC' },
      ip: null, // where an operator worked from is none of the shop's business
      userAgent: null,
    });
    expect((await all(`shop=${shop}&resource=shop&action=updated`))[0].ip).toBe('127.0.0.1');
    await test.admin.delete(`/api/shops/${shop}`);
    const [keys, uninstalled] = await all(`shop=${shop}&limit=2`);
    expect(keys).toMatchObject({ resource: 'api_key', action: 'revoked', after: { revoked: 1 } });
    expect(uninstalled).toMatchObject({
      action: 'uninstalled',
      before: {},
      after: { uninstalledAt: expect.any(String) },
    });
    expect((await all(`shop=${shop}&resource=shop`)).at(-1)).toMatchObject({
      action: 'created',
      before: null,
    });
  });

  it('records keys by their prefix, never by their secret or its hash', async () => {
    const own = await test.newShop();
    const { shop, api } = own;
    const keys = `/api/shops/${shop}/api-keys`;
    const { body } = await api.post(keys, { name: 'storefront', scopes: ['products:read'] });
    await api.delete(`${keys}/${body.id}`);
    const [revoked, created] = await events(own, `resourceId=${body.id}`);
    expect(created).toMatchObject({
      action: 'created',
      resource: 'api_key',
      after: { name: 'storefront', scopes: ['products:read'] },
    });
    expect(revoked).toMatchObject({ action: 'revoked', before: { revokedAt: null } });
    const stored = JSON.stringify(await test.db.collection('audit_events').find({ shop }).toArray());
    expect(stored).not.toContain(body.secret);
    const { hash } = (await test.db
      .collection('api_keys')
      .findOne({ name: 'storefront', shop })) as unknown as Event;
    expect(stored).not.toContain(hash);
  });

  it('records plans and subscriptions', async () => {
    const own = await test.newShop({ plan: 'growth' });
    const limits = { products: 5, optimizationsPerMonth: null, requestsPerMinute: 60 };
    const plan = { plan: 'audited', name: 'Audited', price: 100, currency: 'EUR', trialDays: 0, limits };
    await test.admin.post('/api/plans', plan);
    await test.admin.patch('/api/plans/audited', { limits: { ...limits, products: 9 } });
    await test.admin.delete('/api/plans/audited');
    const changes = await all('resource=plan&resourceId=audited');
    expect(changes.map(({ action }) => action)).toEqual(['archived', 'updated', 'created']);
    expect(changes[1]).toMatchObject({
      before: { limits: { products: 5 } },
      after: { limits: { products: 9 } },
      shop: null,
      actor: { operator: true },
    });
    await own.api.patch(`/api/shops/${own.shop}/subscription`, { status: 'cancelled' });
    const [cancelled] = await events(own, 'resource=subscription');
    expect(cancelled).toMatchObject({ before: { status: 'trial' }, after: { status: 'cancelled' } });
  });

  it('names the job that did it, and who started the job', async () => {
    const own = await test.newShop();
    const { shop, api } = own;
    const csv = 'Handle,Title,Variant Price\na,A,1.00\nb,B,2.00\n';
    const { body } = await api.upload(`/api/shops/${shop}/products/import`, csv);
    await api.job(body.jobId);
    const [imported, started] = await events(own, `resourceId=${body.jobId}`);
    expect(started).toMatchObject({
      resource: 'job',
      action: 'started',
      actor: { kind: 'api_key' },
      after: { name: 'product.import' },
    });
    expect(imported).toMatchObject({
      resource: 'product_import',
      action: 'imported',
      actor: { kind: 'job', id: `job:${body.jobId}`, name: 'product.import' },
      jobId: body.jobId,
      requestId: null,
      after: { created: 2, updated: 0, unchanged: 0, failed: 0 },
    });
    const sitemap = await api.post(`/api/shops/${shop}/sitemaps`);
    const { result } = await api.job(sitemap.body.jobId);
    const [generated] = await events(own, 'resource=sitemap');
    expect(generated).toMatchObject({
      action: 'generated',
      resourceId: result.sitemapId,
      after: { products: 2 },
    });
  });

  it('records logins, those that failed too', async () => {
    const login = (password: string) =>
      test.anonymous.post('/api/auth/login', { email: 'admin@example.com', password });
    await login('wrong');
    expect((await login('correct horse battery')).status).toBe(200);
    const account = await test.db.collection('users').findOne({ email: 'admin@example.com' });
    const id = String(account?._id);
    const [succeeded, failed] = await all(`resource=account&resourceId=${id}`);
    expect(succeeded).toMatchObject({ action: 'logged_in', actor: { id: `account:${id}` }, ip: '127.0.0.1' });
    expect(failed).toMatchObject({ action: 'login_failed', actor: { kind: 'anonymous' }, ip: '127.0.0.1' });
    await test.anonymous.post('/api/auth/login', { email: 'nobody@example.com', password: 'x' });
    expect((await all('action=login_failed'))[0]).toMatchObject({ resourceId: 'unknown' });
    const stored = JSON.stringify(await test.db.collection('audit_events').find().toArray());
    expect(stored).not.toMatch(/@example\.com|correct horse|argon2/);
  });

  it('keeps the event of a product that is deleted at once, and moves what a dead process left', async () => {
    const own = await test.newShop();
    const path = `/api/shops/${own.shop}/products`;
    const brief = await own.api.post(path, { title: 'Brief' });
    await own.api.delete(`${path}/${brief.body.id}`);
    const actions = async (id: string) => (await events(own, `resourceId=${id}`)).map(({ action }) => action);
    expect(await actions(brief.body.id)).toEqual(['deleted', 'created']);

    const { body } = await own.api.post(path, { title: 'Left' });
    const [event] = await events(own, `resourceId=${body.id}`);
    const { id, ...fields } = event;
    const stored = { ...fields, _id: new Types.ObjectId(id), at: new Date(fields.at) };
    const products = test.db.collection('products');
    const _id = new Types.ObjectId(body.id as string);
    // as it is before it is moved, and as it is when only the clearing is left to do
    for (const already of [false, true]) {
      if (!already) await test.db.collection('audit_events').deleteOne({ _id: stored._id });
      await products.updateOne({ _id }, { $set: { pendingAudit: [stored] } });
      expect(await test.app.get(AuditOutbox).sweep(0)).toBe(1);
      expect(await events(own, `resourceId=${body.id}`)).toEqual([event]);
    }
  });

  it('keeps no event of what failed', async () => {
    const own = await test.newShop();
    const { shop, api } = own;
    const products = `/api/shops/${shop}/products`;
    const { body } = await api.post(products, { title: 'A', handle: 'a' });
    const before = await events(own);
    expectProblem(await api.post(products, { title: 'A', handle: 'a' }), 409, 'duplicate_handle');
    const stale = { headers: { 'if-match': '"9"' } };
    expectProblem(await api.patch(`${products}/${body.id}`, { title: 'B' }, stale), 412, 'version_mismatch');
    expectProblem(await api.delete(`${products}/${body.id}`, stale), 412, 'version_mismatch');
    expectProblem(await api.patch(`/api/shops/${shop}`, { name: 'B' }, stale), 412, 'version_mismatch');
    expectProblem(await api.delete(`/api/shops/${shop}/api-keys/${body.id}`), 404, 'api_key_not_found');
    expect(await events(own)).toEqual(before);
  });

  it('of parallel writers records as many changes as there were', async () => {
    const own = await test.newShop();
    const path = `/api/shops/${own.shop}/products`;
    const { body } = await own.api.post(path, { title: 'T' });
    const titles = Array.from({ length: 20 }, (_, n) => `T${n}`);
    await Promise.all(titles.map((title) => own.api.patch(`${path}/${body.id}`, { title })));
    const changes = await events(own, `resourceId=${body.id}&action=updated`);
    expect(changes.map(({ after }) => after.title).sort()).toEqual(titles.sort());
    expect((await own.api.get(`${path}/${body.id}`)).body.version).toBe(21);
    // each starts from what another one left
    const starts = changes.map(({ before }) => before.title);
    expect(new Set(starts).size).toBe(20);
  });

  describe('the list', () => {
    it('is read page by page, newest first, each event once', async () => {
      const own = await test.newShop();
      for (let n = 0; n < 5; n++) await own.api.patch(`/api/shops/${own.shop}`, { name: `N${n}` });
      const whole = await events(own);
      const paged = [];
      for (let cursor: string | null = '', pages = 0; cursor !== null && pages < 20; pages++) {
        const query = `limit=2${cursor ? `&cursor=${cursor}` : ''}`;
        const { body } = await own.api.get(`/api/shops/${own.shop}/audit-events?${query}`);
        paged.push(...body.data);
        cursor = body.page.nextCursor;
        await own.api.patch(`/api/shops/${own.shop}`, { name: `later ${pages}` });
      }
      expect(paged).toEqual(whole);
      const times = whole.map(({ at }) => at);
      expect(times).toEqual([...times].sort().reverse());
    });

    it('filters by time and by caller', async () => {
      const own = await test.newShop();
      await own.api.post(`/api/shops/${own.shop}/products`, { title: 'A' });
      const [newest, ...older] = await events(own);
      expect(await events(own, `from=${newest.at}`)).toContainEqual(newest);
      expect(await events(own, `to=${newest.at}`)).toEqual(older.filter(({ at }) => at < newest.at));
      const mine = await events(own, `principal=${newest.actor.id}`);
      expect(mine.every(({ actor }) => actor.id === newest.actor.id)).toBe(true);
      expect(mine.length).toBeGreaterThan(0);
      expect(await events(own, 'principal=api_key:000000000000000000000000')).toEqual([]);
      expectProblem(
        await own.api.get(`/api/shops/${own.shop}/audit-events?action=x`),
        400,
        'validation_failed',
      );
      expectProblem(await own.api.get(`/api/shops/${own.shop}/audit-events?cursor=x`), 400, 'invalid_cursor');
    });

    it('shows a tenant its own events only', async () => {
      const [own, other] = [await test.newShop(), await test.newShop()];
      const { body } = await other.api.post(`/api/shops/${other.shop}/products`, { title: 'Theirs' });
      expect(await events(own, `resourceId=${body.id}`)).toEqual([]);
      expect((await events(own)).every(({ shop }) => shop === own.shop)).toBe(true);
      expectProblem(await own.api.get(`/api/shops/${other.shop}/audit-events`), 403, 'shop_forbidden');
      expectProblem(await own.api.get('/api/admin/audit-events'), 403, 'forbidden');
      const weak = await own.api.post(`/api/shops/${own.shop}/api-keys`, {
        name: 'w',
        scopes: ['products:read'],
      });
      const answer = await own.api.as(weak.body.secret).get(`/api/shops/${own.shop}/audit-events`);
      expectProblem(answer, 403, 'insufficient_scope');
    });

    it('can be neither written nor emptied', async () => {
      const own = await test.newShop();
      const [event] = await events(own);
      for (const path of ['/api/admin/audit-events', `/api/shops/${own.shop}/audit-events`]) {
        for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
          for (const place of [path, `${path}/${event.id}`])
            expect([404, 405]).toContain((await test.admin.call(method, place)).status);
        }
      }
    });
  });

  it('removes events after AUDIT_RETENTION_DAYS by a job, which is recorded itself', async () => {
    const own = await test.newShop();
    const stored = test.db.collection('audit_events');
    const [kept, old] = await stored.find({ shop: own.shop }).sort({ at: -1 }).limit(2).toArray();
    const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600 * 1000);
    await stored.updateOne({ _id: kept!._id }, { $set: { at: daysAgo(364) } });
    await stored.updateOne({ _id: old!._id }, { $set: { at: daysAgo(366) } });
    expect(await runJob(test, removeExpiredEvents)).toEqual({ removed: 1 });
    expect(await stored.countDocuments({ _id: old!._id })).toBe(0);
    expect(await stored.countDocuments({ _id: kept!._id })).toBe(1);
    expect((await all('resource=audit_log'))[0]).toMatchObject({
      action: 'purged',
      actor: { kind: 'job', name: 'audit.retention' },
      after: { removed: 1 },
    });
  });
});

import type { TestShop } from '../support/app.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

describe('cached responses', () => {
  let test: TestApp;
  let own: TestShop;
  let path: string;

  beforeAll(async () => {
    test = await startTestApp();
    await eventually(async () => {
      expect((await test.admin.get('/api/admin/cache')).body.degraded).toBe(false);
    });
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    own = await test.newShop();
    path = `/api/shops/${own.shop}/products`;
    await own.api.post(path, { title: 'Mug', variants: [{ price: 900 }] });
  });

  it('answers a second read from the cache with the same bytes and ETag', async () => {
    const first = await own.api.get(path);
    expect(first.headers.get('x-cache')).toBe('miss');
    const second = await own.api.get(path);
    expect(second.headers.get('x-cache')).toBe('hit');
    expect(second.text).toBe(first.text);
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(second.headers.get('cache-control')).toBe('private, no-cache');
    expect(Number(second.headers.get('age'))).toBeGreaterThanOrEqual(0);
  });

  it('answers 304 without a body while nothing changed', async () => {
    const { headers } = await own.api.get(path);
    const again = await own.api.get(path, { headers: { 'if-none-match': headers.get('etag')! } });
    expect(again.status).toBe(304);
    expect(again.text).toBe('');
  });

  it('shares an entry between queries that ask the same', async () => {
    await own.api.get(`${path}?status=active&fields=title,id`);
    for (const query of [
      'fields=id,title&status=active',
      'limit=50&sort=-updatedAt&status=active&fields=id,title',
    ]) {
      expect((await own.api.get(`${path}?${query}`)).headers.get('x-cache')).toBe('hit');
    }
    expect((await own.api.get(`${path}?status=active&fields=id`)).headers.get('x-cache')).toBe('miss');
  });

  it('shows every kind of write to the next read', async () => {
    const titles = async () =>
      (await own.api.get(`${path}?sort=title`)).body.data.map((item: any) => item.title);
    expect(await titles()).toEqual(['Mug']);
    const { body } = await own.api.post(path, { title: 'Bowl', variants: [{ price: 500 }] });
    expect(await titles()).toEqual(['Bowl', 'Mug']);
    await own.api.patch(`${path}/${body.id}`, { title: 'Cup' });
    expect(await titles()).toEqual(['Cup', 'Mug']);
    expect((await own.api.get(`${path}/${body.id}`)).body.title).toBe('Cup');
    await own.api.delete(`${path}/${body.id}`);
    expect(await titles()).toEqual(['Mug']);
    expect((await own.api.get(`${path}/${body.id}`)).status).toBe(404);
    const started = await own.api.upload(`${path}/import`, 'Handle,Title,Variant Price\nplate,Plate,3.00\n');
    await own.api.job(started.body.jobId);
    expect(await titles()).toEqual(['Mug', 'Plate']);
  });

  it('keeps a product readable as a version to change', async () => {
    const [{ id }] = (await own.api.get(path)).body.data;
    await own.api.get(`${path}/${id}`);
    const hit = await own.api.get(`${path}/${id}`);
    expect(hit.headers.get('x-cache')).toBe('hit');
    const changed = await own.api.patch(
      `${path}/${id}`,
      { title: 'Jug' },
      { headers: { 'if-match': hit.headers.get('etag')! } },
    );
    expect(changed.status).toBe(200);
  });

  it('never gives a tenant what another one caused to be cached', async () => {
    const other = await test.newShop();
    await own.api.get(path);
    await own.api.get(path);
    expect((await other.api.get(path)).status).toBe(403);
    expect((await test.anonymous.get(path)).status).toBe(401);
    expect((await other.api.get(`/api/shops/${other.shop}/products`)).body.data).toEqual([]);
    expect((await test.admin.get(path)).headers.get('x-cache')).toBe('miss'); // another role, another entry
  });

  it('caches no refusal', async () => {
    for (let n = 0; n < 2; n++) {
      const bad = await own.api.get(`${path}?limit=0`);
      expect(bad.status).toBe(400);
      expect(bad.headers.get('x-cache')).toBeNull();
      expect((await own.api.get(`${path}/0123456789abcdef01234567`)).status).toBe(404);
    }
  });

  it('lets operators ask for a fresh answer and ignores the wish of others', async () => {
    await own.api.get(path);
    const wish = { headers: { 'cache-control': 'no-cache' } };
    expect((await own.api.get(path, wish)).headers.get('x-cache')).toBe('hit');
    await test.admin.get(path);
    expect((await test.admin.get(path, wish)).headers.get('x-cache')).toBe('miss');
  });

  it('compresses what is large unless asked not to', async () => {
    for (let n = 0; n < 10; n++)
      await own.api.post(path, { title: `Product number ${n}`, variants: [{ price: n }] });
    const zipped = await own.api.get(path, { headers: { 'accept-encoding': 'gzip' } });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(zipped.body.data).toHaveLength(11);
    const plain = await own.api.get(path, {
      headers: { 'accept-encoding': 'gzip', 'x-no-compression': '1' },
    });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.text).toBe(zipped.text);
  });

  it('tells operators what it holds, by resource and tenant', async () => {
    await own.api.get(path);
    await own.api.get(path);
    const { body } = await test.admin.get('/api/admin/cache');
    expect(body.resources).toContainEqual(expect.objectContaining({ resource: 'product-list' }));
    const tenant = body.tenants.find((one: any) => one.tenant === own.shop);
    expect(tenant).toMatchObject({ l1: expect.any(Number), entries: expect.any(Number) });
    expect(tenant.bytes).toBeGreaterThan(0);
    expect((await own.api.get('/api/admin/cache')).status).toBe(403);
  });

  it('lets a CDN keep what is public', async () => {
    const { headers } = await test.anonymous.get('/api/plans');
    expect(headers.get('cache-control')).toMatch(/^public, .*s-maxage=3600/);
    expect((await test.anonymous.get('/api/plans')).headers.get('x-cache')).toBe('hit');
  });
});

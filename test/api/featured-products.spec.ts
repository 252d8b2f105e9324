import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import type { Answer, ApiClient } from '../support/client.js';
import { expectProblem } from '../support/problem.js';

describe('featured products', () => {
  let test: TestApp;
  let own: TestShop;
  let path: string;
  let ids: string[];
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    own = await test.newShop();
    path = `/api/shops/${own.shop}/products/featured`;
    const made = await addProducts(own, [
      { title: 'First', images: [{ src: 'https://cdn.example.com/1.jpg', altText: 'One' }] },
      { title: 'Second' },
      { title: 'Draft', status: 'draft' },
      { title: 'Hidden', published: false },
    ]);
    ids = made.map(({ id }: { id: string }) => id);
  });

  const arrange = (productIds: unknown, headers = {}, api: ApiClient = own.api): Promise<Answer> =>
    api.call('PUT', `${path}/selection`, { json: { productIds }, headers });
  const titles = async (api = test.anonymous): Promise<string[]> =>
    (await api.get(path)).body.data.map(({ title }: { title: string }) => title);

  it("shows everybody what is on sale, in the shop's order", async () => {
    expect((await test.anonymous.get(path)).body).toEqual({
      data: [],
      page: { nextCursor: null, hasMore: false, total: 0 },
    });
    const { status, body, headers } = await arrange([ids[1], ids[2], ids[3], ids[0]]);
    expect({ status, body }).toEqual({
      status: 200,
      body: { productIds: [ids[1], ids[2], ids[3], ids[0]], version: 1 },
    });
    expect(headers.get('etag')).toBe('"1"');
    const shown = await test.anonymous.get(path);
    expect(shown.body.data).toEqual([
      expect.objectContaining({ id: ids[1], title: 'Second', image: null }),
      expect.objectContaining({
        ...{ id: ids[0], title: 'First', currency: 'EUR' },
        image: { id: expect.any(String), src: 'https://cdn.example.com/1.jpg', altText: 'One' },
      }),
    ]);
    expect(Object.keys(shown.body.data[0])).not.toEqual(expect.arrayContaining(['inventoryTotal']));
    expect((await own.api.get(`${path}/selection`)).body.productIds).toHaveLength(4);
  });

  it('is kept for 300 s, also by a CDN, and anew after each change', async () => {
    await arrange([ids[0], ids[1]]);
    const first = await test.anonymous.get(path);
    expect(first.headers.get('cache-control')).toBe(
      'public, max-age=60, s-maxage=300, stale-while-revalidate=30',
    );
    expect(first.headers.get('vary')).not.toMatch(/authorization/i);
    const again = await test.anonymous.get(path, {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect([again.status, again.headers.get('x-cache')]).toEqual([304, 'hit']);
    await arrange([ids[1], ids[0]]);
    expect(await titles()).toEqual(['Second', 'First']);
    await own.api.patch(`/api/shops/${own.shop}/products/${ids[0]}`, { title: 'Renamed' });
    expect(await titles()).toEqual(['Second', 'Renamed']);
    await own.api.patch(`/api/shops/${own.shop}/products/${ids[1]}`, { status: 'archived' });
    expect(await titles()).toEqual(['Renamed']);
  });

  it('loses a product that is deleted, in the same write', async () => {
    await arrange([ids[0], ids[1]]);
    expect((await own.api.delete(`/api/shops/${own.shop}/products/${ids[0]}`)).status).toBe(204);
    expect((await own.api.get(`${path}/selection`)).body).toEqual({ productIds: [ids[1]], version: 2 });
    expect(await titles()).toEqual(['Second']);
  });

  it('refuses what is no product of the shop, and keeps what was there', async () => {
    await arrange([ids[0]]);
    const other = await test.newShop();
    const [foreign] = await addProducts(other, [{ title: 'Foreign' }]);
    const answer = await arrange([ids[1], foreign.id]);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors).toEqual([expect.objectContaining({ field: 'productIds.1' })]);
    expectProblem(await arrange([ids[0], ids[0]]), 400, 'validation_failed');
    expectProblem(await arrange(Array(51).fill(ids[0])), 400, 'validation_failed');
    expectProblem(await arrange([{ $ne: null }]), 400, 'validation_failed');
    expectProblem(await arrange([ids[0]], {}, other.api), 403, 'shop_forbidden');
    expect((await own.api.get(`${path}/selection`)).body).toEqual({ productIds: [ids[0]], version: 1 });
  });

  it('takes one of several that arrange at once from the same version', async () => {
    const answers = await Promise.all([0, 1, 2, 3].map((at) => arrange([ids[at]], { 'if-match': '"0"' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    const { body } = await own.api.get(`${path}/selection`);
    expect(body.version).toBe(1);
    expectProblem(await arrange([], { 'if-match': '"0"' }), 412, 'version_mismatch');
    expect((await arrange([])).body).toEqual({ productIds: [], version: 2 });
  });

  it('tells the audit trail who arranged what', async () => {
    await arrange([ids[0]]);
    await arrange([ids[0]]); // nothing changes
    const { body } = await own.api.get(`/api/shops/${own.shop}/audit-events?resource=featured_products`);
    expect(body.data).toEqual([
      expect.objectContaining({ action: 'updated', after: { productIds: [ids[0]] } }),
    ]);
  });
});

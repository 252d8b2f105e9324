import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { expectProblem } from '../support/problem.js';
import { SHIRT } from '../support/shirt.js';

describe('products', () => {
  let test: TestApp;
  let own: TestShop;
  let path: string;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    own = await test.newShop();
    path = `/api/shops/${own.shop}/products`;
  });

  describe('read', () => {
    it('finds by handle, whatever its script', async () => {
      const [tea, lamp] = await addProducts(own, [{ title: '日本茶' }, { title: 'Lamp' }]);
      expect((await own.api.get(`${path}/by-handle/${encodeURIComponent('日本茶')}`)).body).toEqual(tea);
      const read = await own.api.get(`${path}/by-handle/lamp`);
      expect(read.body).toEqual(lamp);
      expect(read.headers.get('etag')).toBe('"1"');
    });

    it.each(['000000000000000000000000', 'nothing', '1', '%7B%22$ne%22:null%7D', 'x'.repeat(250)])(
      'says 404 for the id %s',
      async (id) => {
        expectProblem(await own.api.get(`${path}/${id}`), 404, 'product_not_found');
        expectProblem(await own.api.get(`${path}/by-handle/${id}`), 404, 'product_not_found');
        expectProblem(await own.api.patch(`${path}/${id}`, { title: 'X' }), 404, 'product_not_found');
        expectProblem(await own.api.delete(`${path}/${id}`), 404, 'product_not_found');
      },
    );
  });

  describe('patch', () => {
    it('changes what is given and nothing else', async () => {
      const [before] = await addProducts(own, [SHIRT]);
      const { body: after, headers } = await own.api.patch(`${path}/${before.id}`, {
        vendor: 'Sunna',
        seo: { title: 'New' },
      });
      expect(headers.get('etag')).toBe('"2"');
      expect(after).toEqual({
        ...before,
        vendor: 'Sunna',
        seo: { title: 'New', description: 'A shirt.' },
        version: 2,
        updatedAt: after.updatedAt,
      });
      expect(new Date(after.updatedAt).getTime()).toBeGreaterThanOrEqual(
        new Date(before.updatedAt).getTime(),
      );
      expect((await own.api.get(`${path}/${before.id}`)).body).toEqual(after);
    });

    it('keeps the ids of variants and images that stay, and what a variant is not given', async () => {
      const [before] = await addProducts(own, [SHIRT]);
      const { body: after } = await own.api.patch(`${path}/${before.id}`, {
        variants: [
          { optionValues: ['XL', 'Blue'], price: 5_000 },
          { optionValues: ['L', 'Blue'], price: 4_600 },
        ],
        images: [{ src: 'https://cdn.example.com/back.jpg', altText: 'Back' }],
      });
      expect(after.variants[1]).toEqual({ ...before.variants[1], price: 4_600 });
      expect(after.variants[0].id).not.toBe(before.variants[0].id);
      expect(after.images).toEqual([{ ...before.images[1], altText: 'Back' }]);
      expect(after).toMatchObject({ priceMin: 4_600, priceMax: 5_000, inventoryTotal: -3 });
    });

    it('moves to a free handle and refuses one that is taken', async () => {
      const [first, second] = await addProducts(own, [{ title: 'First' }, { title: 'Second' }]);
      expectProblem(
        await own.api.patch(`${path}/${second.id}`, { handle: 'first' }),
        409,
        'duplicate_handle',
      );
      expect((await own.api.patch(`${path}/${first.id}`, { handle: 'moved' })).body.handle).toBe('moved');
      expect((await own.api.patch(`${path}/${second.id}`, { handle: 'first' })).status).toBe(200);
      expectProblem(await own.api.get(`${path}/by-handle/second`), 404, 'product_not_found');
    });

    it.each<[object]>([
      [{ title: null }],
      [{ title: '' }],
      [{ handle: null }],
      [{ variants: [] }],
      [{ currency: 'USD' }],
      [{ optimized: true }],
      [{ seo: { optimized: '2026-01-01' } }],
      [{ images: [] }],
    ])('refuses %j', async (body) => {
      const [before] = await addProducts(own, [SHIRT]);
      expectProblem(await own.api.patch(`${path}/${before.id}`, body), 400, 'validation_failed');
      expect((await own.api.get(`${path}/${before.id}`)).body).toEqual(before);
    });
  });

  it('are gone when deleted, and their handle is free', async () => {
    const [lamp] = await addProducts(own, [{ title: 'Lamp' }]);
    const deleted = await own.api.delete(`${path}/${lamp.id}`);
    expect(deleted.status).toBe(204);
    expect(deleted.text).toBe('');
    expectProblem(await own.api.get(`${path}/${lamp.id}`), 404, 'product_not_found');
    expectProblem(await own.api.delete(`${path}/${lamp.id}`), 404, 'product_not_found');
    expect((await addProducts(own, [{ title: 'Lamp' }]))[0].handle).toBe('lamp');
  });
});

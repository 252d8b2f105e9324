import { PRODUCT_FIELDS, SUMMARY_FIELDS } from '../../src/modules/products/product.dto.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts, readPages, titles } from '../support/catalogue.js';

const SUMMARY = [
  'id',
  'handle',
  'title',
  'vendor',
  'productType',
  'productCategory',
  'tags',
  'status',
  'published',
  'giftCard',
  'optimized',
  'currency',
  'priceMin',
  'priceMax',
  'inventoryTotal',
  'version',
  'createdAt',
  'updatedAt',
];

describe('product lists', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  async function shopWith(count: number): Promise<TestShop> {
    const own = await test.newShop();
    const products = Array.from({ length: count }, (_, n) => ({
      title: `Product ${String(n).padStart(3, '0')}`,
      vendor: n % 2 ? 'Odd' : 'Even',
      variants: [{ price: n }],
    }));
    await addProducts(own, products);
    return own;
  }

  /** As after an import: every product changed in one millisecond. */
  const tie = ({ shop }: TestShop, field: string, value: unknown = new Date('2026-01-01T00:00:00Z')) =>
    test.db.collection('products').updateMany({ shop }, { $set: { [field]: value } });

  const ids = (products: { id: string }[]) => products.map(({ id }) => id);

  describe('sort', () => {
    let own: TestShop;
    const ORDERS: Record<string, string[]> = {};
    beforeAll(async () => {
      own = await test.newShop();
      const inputs = [
        { title: 'Bravo', handle: 'z', variants: [{ price: 300 }] },
        { title: 'Alpha', handle: 'y', variants: [{ price: 200 }] },
        { title: 'Delta', handle: 'x', variants: [{ price: 100 }] },
        { title: 'Charlie', handle: 'w', variants: [{ price: 400 }] },
      ];
      const added = await addProducts(own, inputs);
      for (const [n, { id }] of added.entries()) {
        const product = await test.db
          .collection('products')
          .findOne({ shop: own.shop, handle: inputs[n]!.handle });
        expect(String(product!._id)).toBe(id);
        const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour));
        await test.db
          .collection('products')
          .updateOne({ _id: product!._id }, { $set: { createdAt: at(n), updatedAt: at((n + 2) % 4) } });
      }
      ORDERS['createdAt'] = ['Bravo', 'Alpha', 'Delta', 'Charlie'];
      ORDERS['updatedAt'] = ['Delta', 'Charlie', 'Bravo', 'Alpha'];
      ORDERS['title'] = ['Alpha', 'Bravo', 'Charlie', 'Delta'];
      ORDERS['price'] = ['Delta', 'Alpha', 'Bravo', 'Charlie'];
      ORDERS['handle'] = ['Charlie', 'Delta', 'Alpha', 'Bravo'];
    });

    it.each(['createdAt', 'updatedAt', 'title', 'price', 'handle'])(
      '%s, in both directions, whole and page by page',
      async (field) => {
        for (const [sort, order] of [
          [field, ORDERS[field]!],
          [`-${field}`, ORDERS[field]!.toReversed()],
        ] as const) {
          expect(await titles(own, `sort=${sort}`)).toEqual(order);
          expect(await titles(own, `sort=${sort}&offset=1&limit=2`)).toEqual(order.slice(1, 3));
          for (const limit of ['1', '3']) {
            expect((await readPages(own, { sort, limit })).map(({ title }) => title)).toEqual(order);
          }
          expect(await titles(own, `sort=${sort}&status=active`)).toEqual(order);
        }
      },
    );

    it('is by last change, newest first, unless asked for otherwise', async () => {
      expect(await titles(own, '')).toEqual(ORDERS['updatedAt']!.toReversed());
    });
  });

  describe('cursor', () => {
    it('gives every product once, whatever ties', async () => {
      const own = await shopWith(60);
      const [tied, priced] = [
        { updatedAt: 1, createdAt: 1 },
        { title: 'Same', priceMin: 5 },
      ];
      for (const field of Object.keys(tied)) await tie(own, field);
      for (const [field, value] of Object.entries(priced)) await tie(own, field, value);
      for (const sort of [
        'updatedAt',
        '-updatedAt',
        'createdAt',
        '-createdAt',
        'title',
        '-title',
        'price',
        '-price',
        'handle',
        '-handle',
      ]) {
        for (const more of [{}, { status: 'active' }] as Record<string, string>[]) {
          const read = await readPages(own, { sort, limit: '7', fields: 'id', ...more });
          expect([sort, read.length, new Set(ids(read)).size]).toEqual([sort, 60, 60]);
        }
        expect(await readPages(own, { sort, limit: '7', vendor: 'Odd' })).toHaveLength(30);
      }
    });

    it.each(['updatedAt', '-updatedAt', 'title', '-title', 'handle', 'price'])(
      'shows what was there all the time once, while products come and go: %s',
      async (sort) => {
        const own = await shopWith(40);
        await tie(own, 'updatedAt');
        const { body } = await own.api.get(`/api/shops/${own.shop}/products?limit=250&sort=handle`);
        const doomed: string[] = ids(body.data).filter((_, n) => n % 4 === 0);
        const stays = ids(body.data).filter((id) => !doomed.includes(id));
        const read = await readPages(own, { sort, limit: '5', fields: 'id' }, async (page) => {
          const id = doomed.pop();
          if (id) await own.api.delete(`/api/shops/${own.shop}/products/${id}`);
          const [added] = await addProducts(own, [
            { title: `Product ${String(page * 5).padStart(3, '0')} and a half` },
          ]);
          await test.db
            .collection('products')
            .updateOne(
              { handle: added.handle, shop: own.shop },
              { $set: { updatedAt: new Date('2026-01-01T00:00:00Z') } },
            );
        });
        expect(new Set(ids(read)).size).toBe(read.length);
        expect(stays.filter((id) => !ids(read).includes(id))).toEqual([]);
      },
    );

    it('says there is no more exactly when there is none', async () => {
      const own = await shopWith(10);
      for (const limit of [9, 10, 11]) {
        const { body } = await own.api.get(`/api/shops/${own.shop}/products?limit=${limit}`);
        expect(body.page).toEqual({
          nextCursor: limit < 10 ? expect.any(String) : null,
          hasMore: limit < 10,
        });
      }
      const empty = await test.newShop();
      expect((await empty.api.get(`/api/shops/${empty.shop}/products`)).body).toEqual({
        data: [],
        page: { nextCursor: null, hasMore: false },
      });
    });

    it('survives the deletion of the product it stands on', async () => {
      const own = await shopWith(6);
      const read = await readPages(own, { limit: '2', sort: 'title' }, async (page) => {
        if (page === 1) {
          const { body } = await own.api.get(`/api/shops/${own.shop}/products?limit=2&sort=title`);
          await own.api.delete(`/api/shops/${own.shop}/products/${body.data[1].id}`);
        }
      });
      expect(read).toHaveLength(6);
    });

    it('keeps to the filter it continues', async () => {
      const own = await shopWith(20);
      const read = await readPages(own, {
        limit: '3',
        vendor: 'Even',
        priceMin: '4',
        priceMax: '15',
        sort: '-price',
      });
      expect(read.map(({ priceMin }) => priceMin)).toEqual([14, 12, 10, 8, 6, 4]);
    });
  });

  describe('offset', () => {
    it('tells the total, of what the filter finds', async () => {
      const own = await shopWith(10);
      const page = async (query: string) =>
        (await own.api.get(`/api/shops/${own.shop}/products?${query}`)).body;
      expect(await titles(own, 'sort=title&offset=8')).toEqual(['Product 008', 'Product 009']);
      expect((await page('sort=title&offset=0&limit=4')).page).toEqual({
        nextCursor: null,
        hasMore: true,
        total: 10,
      });
      expect((await page('sort=title&offset=6&limit=4')).page).toEqual({
        nextCursor: null,
        hasMore: false,
        total: 10,
      });
      expect((await page('vendor=Odd&offset=4&limit=4')).page).toEqual({
        nextCursor: null,
        hasMore: false,
        total: 5,
      });
      expect(await page('offset=100')).toEqual({
        data: [],
        page: { nextCursor: null, hasMore: false, total: 10 },
      });
    });
  });

  describe('fields', () => {
    it('are in a list what they are of the product alone', async () => {
      const own = await test.newShop();
      const { status, body: made } = await own.api.post(`/api/shops/${own.shop}/products`, {
        title: 'Tasse "Größe 7" \\ 日本 🫖',
        descriptionHtml: '<p class="a">Ü</p>\n\t<b>/</b>',
        tags: ['blau', 'a "b"'],
        options: [{ name: 'Farbe' }],
        variants: [
          { optionValues: ['rot'], price: 900, compareAtPrice: 1000, grams: 180, sku: 'T-1' },
          { optionValues: ['blau'], price: 0, compareAtPrice: null, inventoryQuantity: -3 },
        ],
        images: [{ src: 'https://cdn.example.com/t.jpg', altText: 'vorn' }],
        seo: { title: 'T', description: 'D' },
      });
      expect(status).toBe(201);
      const list = `/api/shops/${own.shop}/products?fields=${PRODUCT_FIELDS.join(',')}`;
      const { body: single } = await own.api.get(`/api/shops/${own.shop}/products/${made.id}`);
      expect((await own.api.get(list)).body.data).toEqual([single]);
      const { data } = (await own.api.get(`/api/shops/${own.shop}/products`)).body;
      expect(data).toEqual([Object.fromEntries(SUMMARY_FIELDS.map((field) => [field, single[field]]))]);
    });

    it('are a summary unless asked for', async () => {
      const own = await shopWith(1);
      const { body } = await own.api.get(`/api/shops/${own.shop}/products`);
      expect(Object.keys(body.data[0])).toEqual(SUMMARY);
    });

    it('are those asked for, in their order, and nothing of the sort or the search', async () => {
      const own = await shopWith(1);
      const { body } = await own.api.get(
        `/api/shops/${own.shop}/products?fields=title,variants,id&sort=price`,
      );
      expect(Object.keys(body.data[0])).toEqual(['title', 'variants', 'id']);
      expect(body.data[0].variants[0].price).toBe(0);
      const paged = await own.api.get(`/api/shops/${own.shop}/products?fields=vendor&limit=1`);
      expect(paged.body.data).toEqual([{ vendor: 'Even' }]);
    });
  });
});

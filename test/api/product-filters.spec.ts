import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts, titles } from '../support/catalogue.js';

describe('product filters', () => {
  let test: TestApp;
  let own: TestShop;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    const variants = (...prices: number[]) => ({
      options: [{ name: 'Size' }],
      variants: prices.map((price, n) => ({
        price,
        optionValues: [`S${n}`],
        sku: `SKU-${price}-${n}`,
        barcode: n === 0 ? `40063${price}` : '',
      })),
    });
    await addProducts(own, [
      {
        title: 'Crème Brûlée Dish',
        vendor: 'Nordlys',
        productType: 'Dish',
        tags: ['kitchen', 'sale'],
        ...variants(1_000, 3_000),
      },
      {
        title: 'Blue Shirt',
        vendor: 'Nordlys',
        productType: 'Shirt',
        tags: ['men', 'summer'],
        ...variants(2_000),
      },
      {
        title: 'Blue Straßen Shoe',
        vendor: 'Sunna & Co',
        productType: 'Shoe',
        tags: ['men', 'sale'],
        status: 'draft',
        ...variants(5_000),
      },
      {
        title: 'Red Shirt',
        vendor: 'Sunna & Co',
        productType: 'Shirt',
        tags: ['Summer'],
        status: 'archived',
        ...variants(0),
      },
      { title: '日本茶 Green Tea', vendor: 'nordlys', productType: 'Tea', ...variants(700) },
    ]);
    await addProducts(await test.newShop(), [
      { title: 'Foreign Blue Shirt', vendor: 'Nordlys', tags: ['sale'] },
    ]);
    const optimized = { optimized: true, 'seo.optimized': new Date() };
    await test.db
      .collection('products')
      .updateOne({ shop: own.shop, title: 'Red Shirt' }, { $set: optimized });
  });
  afterAll(() => test.close());

  const DISH = 'Crème Brûlée Dish';
  const SHOE = 'Blue Straßen Shoe';
  const TEA = '日本茶 Green Tea';
  const ALL = [TEA, 'Red Shirt', SHOE, 'Blue Shirt', DISH];

  /** What a query finds, in whichever order. */
  const expectFound = async (query: Record<string, string>, expected: string[]) => {
    expect((await titles(own, new URLSearchParams(query).toString())).sort()).toEqual([...expected].sort());
  };

  it('leave out other shops', () => expectFound({}, ALL));

  it.each<[Record<string, string>, string[]]>([
    [{ status: 'active' }, [DISH, 'Blue Shirt', TEA]],
    [{ status: 'draft' }, [SHOE]],
    [{ status: 'archived' }, ['Red Shirt']],
    [{ vendor: 'Nordlys' }, [DISH, 'Blue Shirt']],
    [{ vendor: 'Sunna & Co' }, [SHOE, 'Red Shirt']],
    [{ vendor: 'Nobody' }, []],
    [{ productType: 'Shirt' }, ['Blue Shirt', 'Red Shirt']],
    [{ tag: 'sale' }, [DISH, SHOE]],
    [{ tag: 'summer' }, ['Blue Shirt']],
    [{ optimized: 'true' }, ['Red Shirt']],
    [{ optimized: 'false' }, [DISH, 'Blue Shirt', SHOE, TEA]],
    [{ vendor: 'Nordlys', tag: 'sale', status: 'active' }, [DISH]],
    [{ vendor: 'Nordlys', tag: 'sale', status: 'draft' }, []],
  ])('%j', expectFound);

  describe('by price, in minor units, of any variant', () => {
    it.each<[Record<string, string>, string[]]>([
      [{ priceMin: '2000' }, [DISH, 'Blue Shirt', SHOE]],
      [{ priceMin: '3001' }, [SHOE]],
      [{ priceMax: '1000' }, [DISH, 'Red Shirt', TEA]],
      [{ priceMax: '0' }, ['Red Shirt']],
      [{ priceMin: '1000', priceMax: '2000' }, [DISH, 'Blue Shirt']],
      [{ priceMin: '5001' }, []],
    ])('%j', expectFound);

    it.each(['price', '-price', '-updatedAt', 'title'])('the same under the sort %s', (sort) =>
      expectFound({ priceMin: '1000', priceMax: '2000', sort }, [DISH, 'Blue Shirt']),
    );
  });

  describe('by time of the last change', () => {
    const since = async (title: string) => {
      const product = await test.db.collection('products').findOne({ shop: own.shop, title });
      return (product!['updatedAt'] as Date).toISOString();
    };

    it('at or after it', async () => {
      const from = await since(SHOE);
      const changed = await test.db
        .collection('products')
        .find({ shop: own.shop, updatedAt: { $gte: new Date(from) } })
        .toArray();
      for (const sort of ['updatedAt', '-updatedAt', 'title', 'price']) {
        await expectFound(
          { updatedSince: from, sort },
          changed.map(({ title }) => title as string),
        );
      }
    });

    it('takes dates, and times with an offset', async () => {
      await expectFound({ updatedSince: '2020-01-01' }, ALL);
      await expectFound({ updatedSince: '2020-01-01T00:00:00+02:00' }, ALL);
      await expectFound({ updatedSince: '2999-01-01T00:00:00Z' }, []);
    });
  });

  describe('by words', () => {
    it.each<[string, string[]]>([
      ['blue', ['Blue Shirt', SHOE]],
      ['BLUE SHIRT', ['Blue Shirt']],
      ['shirt blue', ['Blue Shirt']],
      ['creme brulee', [DISH]],
      ['Crème', [DISH]],
      ['cre\u0300me', [DISH]],
      ['strassen', [SHOE]],
      ['Straßen', [SHOE]],
      ['SKU-2000-0', ['Blue Shirt']],
      ['sku-2000-0', ['Blue Shirt']],
      ['400635000', [SHOE]],
      ['sunna shirt', ['Red Shirt']],
      ['kitchen', [DISH]],
      ['日本茶', [TEA]],
      ['blue  ,  shirt!', ['Blue Shirt']],
      ['blue elephant', []],
      ['...', []],
      ['(', []],
      ['.*', []],
      ['$where', []],
    ])('%s', (q, expected) => expectFound({ q }, expected));

    it.each(['title', '-title', 'price', '-price', 'createdAt', 'handle', '-updatedAt'])(
      'under the sort %s',
      (sort) => expectFound({ q: 'blue', sort }, ['Blue Shirt', SHOE]),
    );

    it('beside the other filters', async () => {
      await expectFound({ q: 'blue', status: 'active' }, ['Blue Shirt']);
      await expectFound({ q: 'shirt', tag: 'summer', priceMin: '1' }, ['Blue Shirt']);
    });

    it('find what a patch has changed, and no longer what it was', async () => {
      const [product] = await addProducts(own, [{ title: 'Umbrella', handle: 'u1' }]);
      await own.api.patch(`/api/shops/${own.shop}/products/${product.id}`, { title: 'Parasol' });
      await expectFound({ q: 'umbrella' }, []);
      await expectFound({ q: 'parasol' }, ['Parasol']);
      await own.api.delete(`/api/shops/${own.shop}/products/${product.id}`);
      await expectFound({ q: 'parasol' }, []);
    });

    it('find every SKU of a product with many variants', async () => {
      const variants = Array.from({ length: 150 }, (_, n) => ({
        price: 1,
        optionValues: [`V${n}`],
        sku: `MANY-${n}`,
      }));
      const [product] = await addProducts(own, [{ title: 'Many', options: [{ name: 'V' }], variants }]);
      for (const n of [0, 75, 149]) await expectFound({ q: `MANY-${n}` }, ['Many']);
      await own.api.delete(`/api/shops/${own.shop}/products/${product.id}`);
    });
  });
});

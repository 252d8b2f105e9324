import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { expectProblem } from '../support/problem.js';
import { SHIRT } from '../support/shirt.js';

describe('creating products', () => {
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

  const count = () => test.db.collection('products').countDocuments({ shop: own.shop });

  it('keeps every field and derives prices and stock', async () => {
    const created = await own.api.post(path, SHIRT);
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`${path}/${created.body.id}`);
    expect(created.headers.get('etag')).toBe('"1"');
    expect(created.body).toMatchObject({
      ...SHIRT,
      currency: 'EUR',
      optimized: false,
      priceMin: 4_299,
      priceMax: 4_499,
      inventoryTotal: 9,
      version: 1,
    });
    expect(new Set(created.body.variants.map(({ id }: { id: string }) => id)).size).toBe(2);
    expect(created.body.createdAt).toBe(created.body.updatedAt);
    expect((await own.api.get(`${path}/${created.body.id}`)).body).toEqual(created.body);
  });

  it('needs a title alone', async () => {
    const [product] = await addProducts(own, [{ title: 'Lamp' }]);
    expect(product).toMatchObject({
      handle: 'lamp',
      status: 'active',
      published: true,
      tags: [],
      options: [{ name: 'Title' }],
      images: [],
      priceMin: 0,
    });
    expect(product.variants).toHaveLength(1);
    expect(product.seo).toEqual({ title: '', description: '' });
  });

  it('has prices in the currency of the shop', async () => {
    const japan = await test.newShop({ currency: 'JPY' });
    expect((await addProducts(japan, [{ title: 'Cup', variants: [{ price: 1_200 }] }]))[0]).toMatchObject({
      currency: 'JPY',
      priceMin: 1_200,
    });
  });

  it('makes a handle from the title and numbers it until it is free', async () => {
    const made = await addProducts(own, Array(3).fill({ title: 'Crème Brûlée — Für Öko!' }));
    expect(made.map(({ handle }) => handle)).toEqual([
      'crème-brûlée-für-öko',
      'crème-brûlée-für-öko-1',
      'crème-brûlée-für-öko-2',
    ]);
    const other = await addProducts(own, [{ title: '日本茶' }, { title: '!!!' }, { title: '???' }]);
    expect(other.map(({ handle }) => handle)).toEqual(['日本茶', 'product', 'product-1']);
  });

  it('makes different handles for one title in parallel', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => own.api.post(path, { title: 'Same' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(new Set(answers.map(({ body }) => body.handle)).size).toBe(20);
  });

  it('keeps a numbered handle of the longest title within its length', async () => {
    const title = 'x'.repeat(255);
    const [first, second] = await addProducts(own, [{ title }, { title }]);
    expect(second.handle).not.toBe(first.handle);
    expect(second.handle.length).toBeLessThanOrEqual(255);
  });

  it('refuses a handle that is taken, also in parallel, and counts one product', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => own.api.post(path, { title: 'T', handle: 'taken' })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expectProblem(answer, 409, 'duplicate_handle');
    expect((await own.api.get(`/api/shops/${own.shop}/subscription`)).body.usage.products).toBe(1);
    const other = await test.newShop();
    expect(
      (await other.api.post(`/api/shops/${other.shop}/products`, { title: 'T', handle: 'taken' })).status,
    ).toBe(201);
  });

  it.each<[string, object]>([
    ['no title', { title: undefined }],
    ['an empty title', { title: '' }],
    ['a title of 256 characters', { title: 'x'.repeat(256) }],
    ['a handle with spaces', { handle: 'a b' }],
    ['an unknown status', { status: 'sold' }],
    ['a price in fractions', { variants: [{ price: 9.99 }] }],
    ['a negative price', { variants: [{ price: -1 }] }],
    ['a price as text', { variants: [{ price: '999' }] }],
    ['a price beyond exact integers', { variants: [{ price: 1e16 }] }],
    ['a variant without price', { variants: [{}] }],
    ['no variants', { variants: [] }],
    ['a variant that is null', { variants: [null] }],
    ['a variant that is a list', { variants: [[]] }],
    ['a variant within a list', { variants: [[{ price: 1 }]] }],
    ['an image that is a list', { images: [[]] }],
    ['SEO texts that are a list', { seo: [] }],
    ['variants that are an object', { variants: { price: 1 } }],
    ['two variants alike', { variants: [{ price: 1 }, { price: 2 }] }],
    [
      'more values than options',
      { options: [{ name: 'Size' }], variants: [{ price: 1, optionValues: ['M', 'Blue'] }] },
    ],
    ['four options', { options: ['a', 'b', 'c', 'd'].map((name) => ({ name })) }],
    ['an option twice', { options: [{ name: 'Size' }, { name: 'size' }] }],
    ['an image twice', { images: [{ src: 'https://a.example/1.jpg' }, { src: 'https://a.example/1.jpg' }] }],
    ['an image that is a script', { images: [{ src: 'javascript:alert(1)' }] }],
    ['a variant with a foreign image', { variants: [{ price: 1, imageSrc: 'https://a.example/1.jpg' }] }],
    ['a tag twice', { tags: ['a', 'a'] }],
    ['tags as text', { tags: 'a,b' }],
    ['a version', { version: 7 }],
    ['an id', { id: '000000000000000000000000' }],
    ['another shop', { shop: 'other.myshopify.com' }],
    ['an unknown field in a variant', { variants: [{ price: 1, colour: 'red' }] }],
  ])('refuses %s', async (_, wrong) => {
    expectProblem(await own.api.post(path, { title: 'Lamp', ...wrong }), 400, 'validation_failed');
    expect(await count()).toBe(0);
  });

  it('names each wrong field', async () => {
    const { body } = await own.api.post(path, {
      title: 'Lamp',
      vendor: 7,
      variants: [{ price: -1 }],
      sheep: true,
    });
    expect(body.errors.map(({ field, code }: Record<string, string>) => `${field} ${code}`).sort()).toEqual([
      'sheep unknown_field',
      'variants.0.price min',
      expect.stringMatching(/^vendor is_string$/),
    ]);
  });
});

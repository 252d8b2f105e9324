import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { expectProblem } from '../support/problem.js';

/** Fifty changes that do not touch each other: what all of them leave must be all of them. */
const FIELDS: Record<string, unknown>[] = [
  { title: 'Changed' },
  { vendor: 'Sunna' },
  { productType: 'Lamp' },
  { productCategory: 'Home' },
  { descriptionHtml: '<p>new</p>' },
  { status: 'draft' },
  { published: false },
  { giftCard: true },
  { tags: ['new'] },
  { handle: 'changed' },
  { seo: { title: 'S' } },
  { seo: { description: 'D' } },
  { extra: [{ column: 'C', value: 'V' }] },
  { images: [{ src: 'https://cdn.example.com/a.jpg' }] },
  { variants: [{ price: 777 }] },
];

describe('product versions', () => {
  let test: TestApp;
  let own: TestShop;
  let path: string;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    own = await test.newShop();
    const [product] = await addProducts(own, [{ title: 'Lamp' }]);
    path = `/api/shops/${own.shop}/products/${product.id}`;
  });

  const patch = (body: object, ifMatch?: string) =>
    own.api.patch(path, body, ifMatch ? { headers: { 'if-match': ifMatch } } : {});

  it('take a write that knows the newest, and refuse one that does not', async () => {
    const etag = (await own.api.get(path)).headers.get('etag')!;
    const first = await patch({ title: 'A' }, etag);
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"2"']);
    expectProblem(await patch({ title: 'B' }, etag), 412, 'version_mismatch');
    expectProblem(await own.api.delete(path, { headers: { 'if-match': etag } }), 412, 'version_mismatch');
    expect((await own.api.get(path)).body).toEqual(first.body);
    expect((await own.api.delete(path, { headers: { 'if-match': '"2"' } })).status).toBe(204);
  });

  it.each(['W/"1"', '1', '"x"', '""', '"1', '"-1"', '"1e0"', '"99999999999999999999"', '"1", "2"', 'null'])(
    'refuse the tag %s',
    async (tag) => {
      expectProblem(await patch({ title: 'A' }, tag), 412, 'version_mismatch');
      expect((await own.api.get(path)).body).toMatchObject({ title: 'Lamp', version: 1 });
    },
  );

  it('take any version for *', async () => {
    expect((await patch({ title: 'A' }, '*')).status).toBe(200);
  });

  it('let one of many parallel writers with one ETag win', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => patch({ title: `N${n}` }, '"1"')));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    for (const answer of answers.filter((one) => one !== won[0]))
      expectProblem(answer, 412, 'version_mismatch');
    expect((await own.api.get(path)).body).toEqual(won[0]!.body);
  });

  it('lose nothing of 50 parallel patches, of which none knows the others', async () => {
    const writes = Array.from(
      { length: 50 },
      (_, n) => FIELDS[n] ?? { extra: [{ column: 'C', value: 'V' }] },
    );
    const answers = await Promise.all(writes.map((body) => patch(body)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const { body } = await own.api.get(path);
    expect(body).toMatchObject({
      ...Object.assign({}, ...FIELDS),
      seo: { title: 'S', description: 'D' },
      priceMin: 777,
      priceMax: 777,
      version: 51,
    });
    expect(answers.map((answer) => answer.body.version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, n) => n + 2),
    );
  });

  it('of a patch and a delete in parallel leave no half product', async () => {
    const [patched, deleted] = await Promise.all([patch({ title: 'A' }), own.api.delete(path)]);
    expect(deleted.status).toBe(204);
    expect([200, 404]).toContain(patched.status);
    expectProblem(await own.api.get(path), 404, 'product_not_found');
    expect((await own.api.get(`/api/shops/${own.shop}/subscription`)).body.usage.products).toBe(0);
  });
});

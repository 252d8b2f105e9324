import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import type { Answer } from '../support/client.js';

describe('links between the pages of a list', () => {
  let test: TestApp;
  let own: TestShop;
  let products: string;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    products = `/api/shops/${own.shop}/products`;
    await addProducts(
      own,
      Array.from({ length: 7 }, (_, n) => ({ title: `Product ${n}`, vendor: 'Grün & Söhne' })),
    );
  });
  afterAll(() => test.close());

  const linksOf = ({ headers }: Answer): Record<string, string> =>
    Object.fromEntries(
      [...(headers.get('link') ?? '').matchAll(/<([^>]+)>; rel="([^"]+)"/g)].map(([, url, rel]) => [
        rel,
        url,
      ]),
    );
  const titlesOf = ({ body }: Answer) => body.data.map(({ title }: { title: string }) => title) as string[];

  /** Every page from `path` on, by the link `rel`. */
  async function follow(path: string, rel: string): Promise<Answer[]> {
    const pages = [await own.api.get(path)];
    for (let next = linksOf(pages[0]!)[rel]; next; next = linksOf(pages.at(-1)!)[rel])
      pages.push(await own.api.get(next));
    return pages;
  }

  it.each([
    ['cursors', ''],
    ['cursors, from the cache', ''],
    ['offsets', '&offset=0'],
  ])('lead through the whole list with its filters: %s', async (_, offset) => {
    const vendor = encodeURIComponent('Grün & Söhne');
    const pages = await follow(
      `${products}?vendor=${vendor}&limit=3&fields=title&sort=title${offset}`,
      'next',
    );
    expect(pages.map(titlesOf)).toEqual([
      ['Product 0', 'Product 1', 'Product 2'],
      ['Product 3', 'Product 4', 'Product 5'],
      ['Product 6'],
    ]);
    expect(Object.keys(linksOf(pages[0]!))).not.toContain('first');
    const first = await own.api.get(linksOf(pages[2]!)['first']!);
    expect(titlesOf(first)).toEqual(titlesOf(pages[0]!));
  });

  it('lead back and to the end by offset', async () => {
    const { last } = linksOf(await own.api.get(`${products}?limit=3&offset=0&sort=title`));
    const pages = await follow(last!, 'prev');
    expect(pages.map(titlesOf)).toEqual([
      ['Product 6'],
      ['Product 3', 'Product 4', 'Product 5'],
      ['Product 0', 'Product 1', 'Product 2'],
    ]);
  });

  it('are absent on the only page, and on what is no list', async () => {
    for (const path of [products, '/api/plans', `/api/shops/${own.shop}`])
      expect((await own.api.get(path)).headers.get('link')).toBeNull();
  });
});

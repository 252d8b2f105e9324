import type { Answer } from './client.js';
import type { TestShop } from './app.js';

/** Adds products one after the other and gives them as stored. */
export async function addProducts({ shop, api }: TestShop, inputs: object[]): Promise<Answer['body'][]> {
  const products = [];
  for (const input of inputs) {
    const { status, body, text } = await api.post(`/api/shops/${shop}/products`, input);
    if (status !== 201) throw new Error(`${status} ${text}`);
    products.push(body);
  }
  return products;
}

/** Reads a list page by page to its end; `between` runs after each page. */
export async function readPages(
  { shop, api }: TestShop,
  query: Record<string, string>,
  between: (page: number) => Promise<unknown> = async () => undefined,
): Promise<Answer['body'][]> {
  const all = [];
  let cursor: string | null = null;
  for (let page = 1; page <= 1_000; page++) {
    const search: string = new URLSearchParams({ ...query, ...(cursor ? { cursor } : {}) }).toString();
    const { status, body, text }: Answer = await api.get(`/api/shops/${shop}/products?${search}`);
    if (status !== 200) throw new Error(`${status} ${text}`);
    all.push(...body.data);
    cursor = body.page.nextCursor;
    if (body.page.hasMore !== (cursor !== null)) throw new Error('hasMore and nextCursor do not agree');
    if (cursor === null) return all;
    await between(page);
  }
  throw new Error('The list has no end.');
}

/** The titles a list answers, in its order. */
export async function titles({ shop, api }: TestShop, query: string): Promise<string[]> {
  const { status, body, text } = await api.get(`/api/shops/${shop}/products?${query}`);
  if (status !== 200) throw new Error(`${status} ${text}`);
  return body.data.map(({ title }: { title: string }) => title);
}

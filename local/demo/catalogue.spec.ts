import { readProducts } from '../../src/modules/products/import/csv/reader.js';
import type { CsvProduct } from '../../src/modules/products/import/csv/csv-product.js';
import { catalogueCsv, THEMES, type ThemeName } from './catalogue.ts';

const themes = Object.keys(THEMES) as ThemeName[];

async function read(theme: ThemeName, products: number): Promise<CsvProduct[]> {
  const found: CsvProduct[] = [];
  for await (const event of readProducts(catalogueCsv({ seed: 7, products, theme }), { currency: 'EUR' })) {
    if (event.kind === 'error') throw new Error(`line ${event.line}: ${event.message}`);
    found.push(event.product);
  }
  return found;
}

describe('demo catalogue', () => {
  it('fills three shops without a title or handle twice', async () => {
    const all = (await Promise.all(themes.map((theme) => read(theme, 120)))).flat();
    expect(all).toHaveLength(360);
    expect(new Set(all.map(({ handle }) => handle)).size).toBe(360);
    expect(new Set(all.map(({ title }) => title)).size).toBe(360);
    expect(all.every(({ images = [] }) => images.length > 0)).toBe(true);
    expect(all.some(({ variants = [] }) => variants.length > 1)).toBe(true);
  });

  it('stays unique when scaled beyond its own words', async () => {
    const handles = new Set((await read('jewellery', 9_000)).map(({ handle }) => handle));
    expect(handles.size).toBe(9_000);
  });

  it('gives the same bytes for the same seed, within 700 bytes a product', async () => {
    const bytes = async () =>
      Buffer.concat(await catalogueCsv({ seed: 3, products: 500, theme: 'apparel' }).toArray());
    const first = await bytes();
    expect(first.equals(await bytes())).toBe(true);
    expect(first.length / 500).toBeLessThan(700);
  });
});

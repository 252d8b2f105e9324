import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { Random, scatter } from './random.ts';
import { apparel } from './apparel.ts';
import { home } from './home.ts';
import { jewellery } from './jewellery.ts';
import type { Kind, Theme } from './theme.ts';

export const THEMES = { apparel, home, jewellery } as const;
export type ThemeName = keyof typeof THEMES;

/** Set before the material once a theme's own titles are used up. */
const SHADES =
  'Slate Ivory Moss Clay Ink Sand Rust Sage Plum Oat Fern Pearl Ochre Dusk Cedar Mist Coral Flint Honey Navy Rose Ash Teal Amber'.split(
    ' ',
  );

const HEADER = (
  'Handle|Title|Body (HTML)|Vendor|Product Category|Type|Tags|Published|Option1 Name|Option1 Value|Variant SKU|' +
  'Variant Grams|Variant Inventory Tracker|Variant Inventory Qty|Variant Inventory Policy|Variant Price|' +
  'Variant Compare At Price|Image Src|Image Position|Image Alt Text|SEO Title|SEO Description|Variant Weight Unit|' +
  'Cost per item|Status|Material (product.metafields.custom.material)'
).split('|');
type Row = Partial<Record<(typeof HEADER)[number], string>>;

export interface CatalogueOptions {
  /** The same seed, theme and count give the same bytes. */
  seed: number;
  products: number;
  theme: ThemeName;
  /** Share of active products; the others are drafts or archived. */
  activeShare?: number;
}

/**
 * A believable shop catalogue as Shopify product CSV bytes, streamed: titles and handles are unique, about two rows
 * and 650 bytes a product. Image addresses are on example.com, which RFC 2606 reserves: they lead nowhere.
 */
export function catalogueCsv(options: CatalogueOptions): Readable {
  return Readable.from(chunks(options), { objectMode: false });
}

function* chunks({ seed, products, theme, activeShare = 0.94 }: CatalogueOptions): Generator<Buffer> {
  const random = new Random(seed);
  let rows: string[][] = [HEADER];
  for (let index = 0; index < products; index++) {
    for (const row of productRows(THEMES[theme], index, seed, random, activeShare))
      rows.push(HEADER.map((name) => row[name] ?? ''));
    if (rows.length >= 200) {
      yield Buffer.from(stringify(rows));
      rows = [];
    }
  }
  if (rows.length > 0) yield Buffer.from(stringify(rows));
}

function productRows(theme: Theme, index: number, seed: number, random: Random, activeShare: number): Row[] {
  const { kind, material, title } = identity(theme, index, seed);
  const handle = handleOf(title);
  const [low, high] = kind.price;
  const price = Math.round(low + (high - low) * random.next() ** 1.5) - (random.chance(0.7) ? 0.05 : 0);
  const onSale = random.chance(0.2);
  const values = random.chance(0.5) ? [] : random.some(kind.option.values, random.int(2, 4));
  const sku = `${theme.skuPrefix}-${String(index + 1).padStart(5, '0')}`;
  const image = (view: number): Row => ({
    'Image Src': `https://cdn.example.com/${theme.path}/${handle}${view === 1 ? '' : `-${view}`}.jpg`,
    'Image Position': String(view),
    'Image Alt Text': view === 1 ? title : `${title}, detail`,
  });
  const variant = (value: string, at: number): Row => ({
    'Option1 Value': value,
    'Variant SKU': values.length === 0 ? sku : `${sku}-${at + 1}`,
    'Variant Grams': String(kind.grams),
    'Variant Inventory Tracker': 'shopify',
    'Variant Inventory Qty': String(random.chance(0.08) ? 0 : random.int(1, 60)),
    'Variant Inventory Policy': random.chance(0.9) ? 'deny' : 'continue',
    'Variant Price': price.toFixed(2),
    'Variant Compare At Price': onSale ? (price * 1.25).toFixed(2) : '',
    'Variant Weight Unit': kind.grams >= 1000 ? 'kg' : 'g',
    'Cost per item': (price * 0.45).toFixed(2),
  });
  const opening = random.pick(theme.openings);
  const first: Row = {
    Title: title,
    'Body (HTML)': `<p>${opening} ${random.pick(kind.texts.details)}</p><p>${random.pick(kind.texts.care)}</p>`,
    Vendor: random.pick(theme.vendors),
    'Product Category': kind.category,
    Type: kind.type,
    Tags: [...kind.tags, ...(onSale ? ['sale'] : []), ...(random.chance(0.15) ? ['new'] : [])].join(', '),
    Published: 'true',
    'Option1 Name': values.length === 0 ? 'Title' : kind.option.name,
    'SEO Title': `${title} – ${kind.type}`,
    'SEO Description': opening,
    Status: random.chance(activeShare) ? 'active' : random.pick(['draft', 'archived']),
    'Material (product.metafields.custom.material)': material,
    ...image(1),
  };
  const variants = values.length === 0 ? [variant('Default Title', 0)] : values.map(variant);
  const rows = variants.map((row, at): Row => (at === 0 ? { ...first, ...row } : row));
  if (random.chance(0.2)) rows[1] = { ...rows[1], ...image(2) };
  return rows.map((row) => ({ Handle: handle, ...row }));
}

/** What product number `index` is: each kind × material × line once, then again in shades, then numbered. */
function identity(
  theme: Theme,
  index: number,
  seed: number,
): { kind: Kind; material: string; title: string } {
  const materials = theme.kinds[0]?.materials.length ?? 1;
  const size = theme.kinds.length * materials * theme.lines.length;
  const place = scatter(index % size, size, seed);
  const round = Math.floor(index / size);
  const kind = theme.kinds[place % theme.kinds.length] as Kind;
  const material = kind.materials[Math.floor(place / theme.kinds.length) % materials] as string;
  const line = theme.lines[Math.floor(place / (theme.kinds.length * materials))] as string;
  const shade = round % (SHADES.length + 1);
  const edition = Math.floor(round / (SHADES.length + 1));
  const words = [line, shade === 0 ? '' : (SHADES[shade - 1] as string), material, kind.noun];
  if (edition > 0) words.push(`No. ${edition + 1}`);
  return { kind, material, title: words.filter(Boolean).join(' ') };
}

const handleOf = (title: string): string =>
  title
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      products: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      theme: { type: 'string', default: 'apparel' },
    },
  });
  const [products, seed] = [Number(values.products), Number(values.seed)];
  const theme = values.theme as ThemeName;
  if (
    !Number.isSafeInteger(products) ||
    products < 0 ||
    !Number.isSafeInteger(seed) ||
    seed < 0 ||
    !(theme in THEMES)
  ) {
    console.error(
      `usage: catalogue.ts [--products N] [--seed N] [--theme ${Object.keys(THEMES).join('|')}] > file.csv`,
    );
    process.exitCode = 2;
    return;
  }
  await pipeline(catalogueCsv({ seed, products, theme }), process.stdout);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();

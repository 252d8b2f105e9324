import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

const SCRIPT = 'text/javascript; charset=utf-8';
const { resolve } = createRequire(import.meta.url);

const own = (name: string): URL => new URL(`./assets/${name}`, import.meta.url);
/** A file of a package: `entry` is what the package lets itself be found by, `name` stands beside it. */
const packaged = (entry: string, name: string): URL => pathToFileURL(`${dirname(resolve(entry))}/${name}`);

const FILES = {
  'admin.css': ['text/css; charset=utf-8', own('admin.css')],
  'live.mjs': [SCRIPT, own('live.mjs')],
  'tracking.mjs': [SCRIPT, own('tracking.mjs')],
  'tracking-feed.mjs': [SCRIPT, own('tracking-feed.mjs')],
  'tracking-map.mjs': [SCRIPT, own('tracking-map.mjs')],
  'd3-array.js': [SCRIPT, packaged('d3-array', 'd3-array.min.js')],
  'd3-geo.js': [SCRIPT, packaged('d3-geo', 'd3-geo.min.js')],
  'topojson.js': [SCRIPT, packaged('topojson-client', 'topojson-client.min.js')],
  // Natural Earth at 1:50 million
  'countries.json': ['application/json', packaged('world-atlas/countries-50m.json', 'countries-50m.json')],
  'icon.svg': ['image/svg+xml', own('icon.svg')],
} as const;
export type AssetName = keyof typeof FILES;

interface Asset {
  type: string;
  bytes: Buffer;
  version: string;
}

/** The files of the pages, by name. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map(
  Object.entries(FILES).map(([name, [type, file]]) => {
    const bytes = readFileSync(file);
    const version = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    return [name, { type, bytes, version }];
  }),
);

/** Where a file is, in a form that changes with it: browsers may keep it for ever. */
export function asset(name: AssetName): string {
  return `/admin/assets/${name}?v=${ASSETS.get(name)?.version ?? ''}`;
}

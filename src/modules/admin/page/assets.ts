import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const TYPES = {
  'admin.css': 'text/css; charset=utf-8',
  'live.mjs': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;
export type AssetName = keyof typeof TYPES;

interface Asset {
  type: string;
  bytes: Buffer;
  version: string;
}

const read = (name: string): Buffer => readFileSync(new URL(`./assets/${name}`, import.meta.url));

/** The files of the pages, by name. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map(
  Object.entries(TYPES).map(([name, type]) => {
    const bytes = read(name);
    const version = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    return [name, { type, bytes, version }];
  }),
);

/** Where a file is, in a form that changes with it: browsers may keep it for ever. */
export function asset(name: AssetName): string {
  return `/admin/assets/${name}?v=${ASSETS.get(name)?.version ?? ''}`;
}

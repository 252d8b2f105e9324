import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';

/** What a served sitemap holds, against what the uploaded file says it should. */
export interface Coverage {
  files: number;
  urls: number;
  images: number;
  missing: number;
  duplicate: number;
  unexpected: number;
}

/** Handles of the active, published products of a catalogue, read from the file itself. */
export async function activeHandles(csv: Readable): Promise<Set<string>> {
  const handles = new Set<string>();
  for await (const row of csv.pipe(parse({ columns: true })) as AsyncIterable<Record<string, string>>) {
    const { Handle = '', Title, Status, Published } = row;
    if (Title !== '' && Status === 'active' && Published === 'true') handles.add(Handle);
  }
  return handles;
}

/** Reads a shop's public sitemap, index and parts, as a crawler does. */
export async function coverage(
  baseUrl: string,
  shop: string,
  expected: ReadonlySet<string>,
): Promise<Coverage> {
  const root = await read(`${baseUrl}/sitemaps/${shop}/sitemap.xml`);
  const isIndex = root.includes('<sitemapindex');
  const parts = isIndex ? locs(root).map((loc) => baseUrl + new URL(loc).pathname) : [];
  const found = new Set<string>();
  const result: Coverage = {
    files: parts.length + 1,
    urls: 0,
    images: 0,
    missing: 0,
    duplicate: 0,
    unexpected: 0,
  };
  const take = (xml: string): void => {
    result.images += xml.split('<image:loc>').length - 1;
    for (const loc of locs(xml)) {
      result.urls += 1;
      const handle = /\/products\/([^/]+)$/.exec(loc)?.[1];
      if (handle === undefined) continue;
      if (found.has(handle)) result.duplicate += 1;
      if (!expected.has(handle)) result.unexpected += 1;
      found.add(handle);
    }
  };
  if (isIndex) for (const part of parts) take(await read(part));
  else take(root);
  for (const handle of expected) if (!found.has(handle)) result.missing += 1;
  return result;
}

async function read(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.text();
}

const locs = (xml: string): string[] =>
  Array.from(xml.matchAll(/<loc>([^<]*)<\/loc>/g), ([, loc]) => loc ?? '');

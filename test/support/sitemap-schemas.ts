import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { memoryPages, validateXML, type XMLFileInfo } from 'xmllint-wasm';

const fixtures = join(import.meta.dirname, '../fixtures/xsd');
const published = join(dirname(createRequire(import.meta.url).resolve('sitemap/package.json')), 'schema');
const ERRORS_SHOWN = 5;

/** Rejects unless the XML is a valid urlset: sitemaps.org's sitemap.xsd, the image extension, and xhtml:link. */
export async function assertValidSitemap(xml: string | Uint8Array): Promise<void> {
  await assertValid(xml, await schema(fixtures, 'urlset.xsd'), [
    await schema(published, 'sitemap.xsd'),
    await schema(fixtures, 'sitemap-image.xsd'),
    await schema(fixtures, 'xhtml-link.xsd'),
  ]);
}

/** Rejects unless the XML is a valid sitemap index. */
export async function assertValidIndex(xml: string | Uint8Array): Promise<void> {
  await assertValid(xml, await schema(fixtures, 'siteindex.xsd'), []);
}

async function assertValid(
  xml: string | Uint8Array,
  main: XMLFileInfo,
  preload: XMLFileInfo[],
): Promise<void> {
  const { valid, errors } = await validateXML({
    xml: { fileName: 'document.xml', contents: xml },
    schema: main,
    preload,
    maxMemoryPages: memoryPages.GiB,
  });
  if (valid) return;
  const shown = errors.slice(0, ERRORS_SHOWN).map(({ rawMessage }) => rawMessage);
  throw new Error(`Not valid against ${main.fileName}: ${errors.length} errors\n${shown.join('\n')}`);
}

async function schema(folder: string, fileName: string): Promise<XMLFileInfo> {
  return { fileName, contents: await readFile(join(folder, fileName), 'utf8') };
}

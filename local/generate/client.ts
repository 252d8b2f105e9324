import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';
import { readText, remove } from '../bootstrap/files.mjs';
import { ROOT } from '../bootstrap/paths.mjs';

const FOLDER = 'clients/typescript/src/generated';

/** The files of the generated part of the TypeScript client, by their path in the repository; null for one to remove. */
export async function clientFiles(openApi: string): Promise<Record<string, string | null>> {
  const folder = mkdtempSync(join(tmpdir(), 'entrepot-client-'));
  try {
    await createClient({
      input: JSON.parse(openApi) as Record<string, unknown>,
      output: { path: folder, module: { extension: '.js' } },
      logs: { level: 'silent', file: false },
      plugins: [
        '@hey-api/typescript',
        { name: '@hey-api/sdk', operations: { strategy: 'single', containerName: 'EntrepotApi' } },
        { name: '@hey-api/client-fetch', throwOnError: true },
      ],
    });
    const stale = filesOf(join(ROOT, FOLDER)).map((path) => [join(FOLDER, path), null] as const);
    const made = filesOf(folder).map((path) => [join(FOLDER, path), readText(join(folder, path))] as const);
    return Object.fromEntries([...stale, ...made]);
  } finally {
    remove(folder);
  }
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

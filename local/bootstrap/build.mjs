import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readText, remove, writeAtomically } from './files.mjs';
import { lockHash } from './install.mjs';
import { ROOT } from './paths.mjs';
import { say, UserError } from './progress.mjs';
import { runNpm } from './run.mjs';

// Inside dist: whoever deletes the output deletes the claim that it is up to date.
const STAMP = join(ROOT, 'dist', '.entrepot-build-hash');
const SOURCES = ['src', 'migrations'];
const SETTINGS = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', '.swcrc'];

/**
 * Builds dist when a source or a build setting changed since the last build (by content, not by time).
 * Call it inside `exclusively`, after `ensureInstalled`.
 * @returns {Promise<void>} rejects with a UserError when the build fails
 */
export async function ensureBuilt() {
  const wanted = sourceHash();
  if (readText(STAMP) === wanted) return;
  say('building (npm run build)');
  remove(STAMP);
  await runNpm(['run', 'build'], { label: 'building', log: 'build.log' });
  if (!existsSync(join(ROOT, 'dist')))
    throw new UserError('npm run build wrote no dist folder; see .local/logs/build.log');
  writeAtomically(STAMP, wanted);
  say('built');
}

/** @returns {string} SHA-256 over names and contents of everything that a build reads, hex */
function sourceHash() {
  const hash = createHash('sha256').update(lockHash());
  for (const file of [...SETTINGS, ...SOURCES.flatMap(sourceFiles)]) {
    const path = join(ROOT, file);
    if (existsSync(path)) hash.update(`\0${file}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** @param {string} folder */
function sourceFiles(folder) {
  const root = join(ROOT, folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

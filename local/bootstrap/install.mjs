import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, readText, writeAtomically } from './files.mjs';
import { LOG_DIR, NODE_BINARY, ROOT } from './paths.mjs';
import { say, UserError } from './progress.mjs';
import { runNpm } from './run.mjs';

const STAMP = join(ROOT, 'node_modules', '.entrepot-lock-hash');
const LOCK_FILE = join(ROOT, 'package-lock.json');

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean, link?: boolean }} Locked */
/** @typedef {Record<string, Locked>} LockedPackages */

/**
 * Installs the dependencies with `npm ci` when node_modules is missing, unfinished, or older than
 * package-lock.json. Call it inside `exclusively`.
 * @returns {Promise<void>} rejects with a UserError when npm fails
 */
export async function ensureInstalled() {
  const wanted = lockHash();
  if (readText(STAMP) === wanted && nodeWorks()) return;
  if (!(isInLine() && nodeWorks())) {
    say('installing packages (npm ci; the first time this takes a minute)');
    await installPackages();
    // Some npm set-ups do not run install scripts; `node` needs its own to place the binary.
    if (!nodeWorks())
      await runNpm(['rebuild', 'node', '--ignore-scripts=false'], {
        label: 'placing Node',
        log: 'rebuild.log',
      });
    if (!nodeWorks())
      throw new UserError(`npm ci left no working Node at ${NODE_BINARY}; see .local/logs/install.log`);
    say('packages installed');
  }
  writeAtomically(STAMP, wanted);
}

async function installPackages() {
  const options = { label: 'installing packages', log: 'install.log' };
  const flags = ['--include=dev', '--no-audit', '--no-fund'];
  try {
    await runNpm(['ci', ...flags], options);
  } catch (error) {
    // npm 11 refuses a lock file that lacks packages for platforms other than this one.
    if (!(readText(join(LOG_DIR, options.log)) ?? '').includes('from lock file')) throw error;
    say('npm ci finds the lock file incomplete; installing with npm install');
    await runNpm(['install', '--no-save', ...flags], options);
  }
}

/** @returns {string} SHA-256 of package-lock.json, hex */
export function lockHash() {
  return createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
}

function nodeWorks() {
  try {
    return /^v\d+/.test(
      execFileSync(NODE_BINARY, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return false;
  }
}

/**
 * Whether node_modules already is what package-lock.json asks for, e.g. after `npm install some-package`.
 * npm writes its hidden lock file as the last act of an installation, so an interrupted one has none.
 */
function isInLine() {
  const wanted = /** @type {{ packages?: LockedPackages } | null} */ (readJson(LOCK_FILE))?.packages;
  const hidden = join(ROOT, 'node_modules', '.package-lock.json');
  const present = /** @type {{ packages?: LockedPackages } | null} */ (readJson(hidden))?.packages;
  return wanted !== undefined && present !== undefined && satisfies(wanted, present);
}

/**
 * Compares lock entries: every package that is not for another platform must be there in its version.
 * @param {LockedPackages} wanted
 * @param {LockedPackages} present
 * @returns {boolean}
 */
export function satisfies(wanted, present) {
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = present[path];
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version;
  });
}

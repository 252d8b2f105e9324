import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this file belongs to; every command works from here, wherever it was called from. */
export const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Everything the local commands write outside node_modules and dist (git-ignored). */
export const LOCAL_DIR = join(ROOT, '.local');

/** The Node release that the product runs on, carried by the `node` package. */
export const NODE_BINARY = join(
  ROOT,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Cached server binaries (mongod, valkey-server). */
export const BINARY_DIR = join(LOCAL_DIR, 'bin');

/** Logs of the app, the installation and the build. */
export const LOG_DIR = join(LOCAL_DIR, 'logs');

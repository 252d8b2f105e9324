import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../bootstrap/paths.mjs';

/** A module of dist: decorators and imports of `.js` need the compiler, which Node's type stripping is not. */
export const built = async <M>(path: string): Promise<M> =>
  (await import(pathToFileURL(join(ROOT, 'dist', path)).href)) as M;

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../local/bootstrap/paths.mjs';
import type * as EndGrid from '../../src/modules/transport-orders/near/end-grid.js';

const path = join(ROOT, 'dist', 'modules', 'transport-orders', 'near', 'end-grid.js');

/** The product's own code as it was built: orders that are written past it lie where it looks for them. */
export const { cellsOf } = (await import(pathToFileURL(path).href)) as typeof EndGrid;

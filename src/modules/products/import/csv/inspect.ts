import type { Transform } from 'node:stream';
import { inspectCsv } from '../../../../platform/csv/inspect.js';
import { readHeader } from './header.js';

/** The gate for a product CSV that is no upload. */
export function inspectProductCsv(maxBytes: number): Transform {
  return inspectCsv({ maxBytes, checkHeader: readHeader });
}

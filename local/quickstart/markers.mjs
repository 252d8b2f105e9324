import { join } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';

/** A Node option without effect on the app; it tells the quickstart's app from others of the same checkout. */
export const MARKER_OPTION = '--conditions=entrepot-quickstart';

/** What the command line of the quickstart's app contains. */
export const APP_MARKERS = [MARKER_OPTION, join(ROOT, 'dist', 'main.js')];

/** What the command line of a running quickstart (its second part) contains. */
export const QUICKSTART_MARKERS = [join(ROOT, 'local', 'quickstart.ts')];

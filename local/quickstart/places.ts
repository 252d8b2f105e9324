import { join } from 'node:path';
import { LOCAL_DIR, LOG_DIR, ROOT } from '../bootstrap/paths.mjs';

/** Where the quickstart keeps what it makes; all of it below .local. */
export const places = {
  data: join(LOCAL_DIR, 'data'),
  credentials: join(LOCAL_DIR, 'credentials.json'),
  secrets: join(LOCAL_DIR, 'secrets.json'),
  /** The settings of the running instance as KEY=VALUE lines, for `node --env-file`. */
  environment: join(LOCAL_DIR, 'env'),
  appLog: join(LOG_DIR, 'app.log'),
  dist: join(ROOT, 'dist'),
} as const;

// `npm run generate`: writes openapi.json, the client's generated part, .env.example and
// docs/configuration.md from the code.
// With `--check` it writes nothing and exits 1 when one of them is out of date.
import { ensureBuilt } from './bootstrap/build.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { exclusively } from './bootstrap/lock.mjs';
import { runTypeScript } from './bootstrap/node26.mjs';
import { sayError, startClock } from './bootstrap/progress.mjs';

startClock();
try {
  await exclusively(async () => {
    await ensureInstalled();
    await ensureBuilt();
  });
  process.exitCode = await runTypeScript('local/generate.ts', process.argv.slice(2));
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}

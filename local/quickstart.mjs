// `npm run quickstart`: from a bare clone to a running product. This part runs on the machine's own Node
// (20 or newer) without any package; the second part, quickstart.ts, runs on the Node it installs.
import { ensureBuilt } from './bootstrap/build.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { exclusively } from './bootstrap/lock.mjs';
import { runTypeScript } from './bootstrap/node26.mjs';
import { Interrupted, sayError, startClock } from './bootstrap/progress.mjs';
import { guardStart, parsePort } from './quickstart/guard.mjs';

startClock();
try {
  await guardStart(parsePort(process.env.PORT));
  await exclusively(async () => {
    await ensureInstalled();
    await ensureBuilt();
  });
  process.exitCode = await runTypeScript('local/quickstart.ts', process.argv.slice(2));
} catch (error) {
  sayError(error);
  process.exitCode = error instanceof Interrupted ? 0 : 1;
}

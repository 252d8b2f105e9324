// `npm run bench`: the side by side benchmark, from a bare clone. Works on the machine's own Node (20 or newer).
import { ensureBuilt } from '../local/bootstrap/build.mjs';
import { ensureInstalled } from '../local/bootstrap/install.mjs';
import { exclusively } from '../local/bootstrap/lock.mjs';
import { runTypeScript } from '../local/bootstrap/node26.mjs';
import { sayError, startClock } from '../local/bootstrap/progress.mjs';

startClock();
try {
  await exclusively(async () => {
    await ensureInstalled();
    await ensureBuilt();
  });
  process.exitCode = await runTypeScript('bench/main.ts', process.argv.slice(2), { NODE_ENV: 'production' });
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}

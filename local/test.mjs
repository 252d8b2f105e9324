// `npm test`: from a bare clone to every test's result. Works on the machine's own Node (20 or newer); jest
// and the servers run under the Node it installs. The last line is always `N passed, N failed`.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './bootstrap/build.mjs';
import { remove } from './bootstrap/files.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { exclusively } from './bootstrap/lock.mjs';
import { runTypeScript } from './bootstrap/node26.mjs';
import { sayError, startClock } from './bootstrap/progress.mjs';
import { countResults } from './test/results.mjs';

startClock();
const folder = mkdtempSync(join(tmpdir(), 'entrepot-results-'));
const resultPath = join(folder, 'jest.json');
let exitCode = 1;
try {
  await exclusively(async () => {
    await ensureInstalled();
    await ensureBuilt();
  });
  exitCode = await runTypeScript('local/test/run.ts', [resultPath, ...process.argv.slice(2)]);
} catch (error) {
  sayError(error);
}
const { passed, failed } = countResults(resultPath, exitCode);
remove(folder);
process.exitCode = exitCode;
process.stdout.write(`${passed} passed, ${failed} failed\n`);

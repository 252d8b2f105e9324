// `npm run check`: everything that can be said without running the product. Two steps at a time.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './bootstrap/install.mjs';
import { exclusively } from './bootstrap/lock.mjs';
import { node26Environment } from './bootstrap/node26.mjs';
import { NODE_BINARY, ROOT } from './bootstrap/paths.mjs';
import { sayError, startClock } from './bootstrap/progress.mjs';

const AT_ONCE = 2;
const present = (/** @type {string[]} */ ...folders) =>
  folders.filter((folder) => existsSync(join(ROOT, folder)));
const tool = (/** @type {string} */ file) => join(ROOT, 'node_modules', file);

/** @returns {{ name: string, args: string[] }[]} longest first, so that the end is not one slow step alone */
function steps() {
  const linted = present('src', 'test', 'migrations', 'local', 'bench', 'load', 'clients');
  const all = [
    { name: 'lint', args: [tool('eslint/bin/eslint.js'), '--no-error-on-unmatched-pattern', ...linted] },
    { name: 'types', args: [tool('typescript/bin/tsc'), '--noEmit', '-p', '.'] },
    {
      name: 'import law',
      args: [tool('dependency-cruiser/bin/dependency-cruiser.mjs'), ...present('src', 'migrations')],
    },
    { name: 'format', args: [tool('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  ];
  if (existsSync(join(ROOT, 'local', 'generate.mjs'))) {
    all.push({ name: 'generated contracts', args: [join(ROOT, 'local', 'generate.mjs'), '--check'] });
    const redocly = [tool('@redocly/cli/bin/cli.js'), 'lint', '--max-problems', '1000', 'openapi.json'];
    all.push({ name: 'OpenAPI rules', args: redocly });
  }
  return all;
}

/**
 * Runs one step and prints its line, with its output when it failed.
 * @param {{ name: string, args: string[] }} step
 * @returns {Promise<boolean>}
 */
async function passes({ name, args }) {
  const started = Date.now();
  const child = spawn(NODE_BINARY, args, {
    cwd: ROOT,
    env: node26Environment({ REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ok = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(false);
    });
    child.once('close', (code) => resolve(code === 0));
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${name.padEnd(20)} ${ok ? 'ok    ' : 'failed'} ${seconds.padStart(6)} s\n`);
  if (!ok) process.stdout.write(`${output.trimEnd()}\n\n`);
  return ok;
}

startClock();
try {
  await exclusively(ensureInstalled);
  const waiting = steps();
  const results = await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      let ok = true;
      for (let step = waiting.shift(); step !== undefined; step = waiting.shift())
        ok = (await passes(step)) && ok;
      return ok;
    }),
  );
  process.exitCode = results.every(Boolean) ? 0 : 1;
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}

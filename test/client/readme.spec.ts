import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestApp, type TestApp } from '../support/app.js';

const run = promisify(execFile);
const CLIENT = join(process.cwd(), 'clients', 'typescript');
const TSC = join(process.cwd(), 'node_modules', 'typescript', 'bin', 'tsc');

/** The examples of the page, one after the other. */
function examples(): string {
  const page = readFileSync(join(CLIENT, 'README.md'), 'utf8');
  return [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code).join('\n');
}

describe('README of the TypeScript client', () => {
  let test: TestApp;
  let folder: string;
  beforeAll(async () => {
    test = await startTestApp();
    folder = mkdtempSync(join(tmpdir(), 'entrepot-readme-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await test.close();
  });

  it('shows code that a program with the built package compiles and runs', async () => {
    const pack = join(folder, 'node_modules', '@entrepot', 'client');
    mkdirSync(pack, { recursive: true });
    writeFileSync(join(pack, 'package.json'), readFileSync(join(CLIENT, 'package.json')));
    await run(process.execPath, [TSC, '-p', CLIENT, '--outDir', join(pack, 'dist')]);

    const { shop, apiKey } = await test.newShop();
    const given = { baseUrl: test.baseUrl, shop, apiKey, email: 'admin@example.com' };
    const lines = Object.entries(given).map(
      ([name, value]) => `const ${name}: string = ${JSON.stringify(value)};`,
    );
    const program = [
      "import type { Tokens } from '@entrepot/client';",
      ...lines,
      "const password = 'correct horse battery';",
      examples(),
      'console.log(JSON.stringify({ account, later: (await later.getAccount()).data.email, kept }));',
    ].join('\n');
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'example.ts'), program);
    const strict = [
      '--strict',
      '--noEmit',
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--lib',
      'es2023,dom',
    ];
    const [{ stdout: complaints }, { stdout }] = await Promise.all([
      run(process.execPath, [TSC, ...strict, join(folder, 'example.ts')], { cwd: folder }).catch(
        (error: { stdout: string }) => error,
      ),
      run(process.execPath, ['--disable-warning=ExperimentalWarning', join(folder, 'example.ts')]),
    ]);
    expect(complaints).toBe('');
    const told = stdout.trim().split('\n');
    expect(told).toContainEqual(expect.stringMatching(/^completed 100$/));
    expect(told).toContainEqual(expect.stringMatching(/^404 There is no product/));
    expect(told.filter((line) => line.endsWith('Linen shirt, washed'))).toHaveLength(1);
    expect(JSON.parse(told.at(-1)!)).toMatchObject({ later: 'admin@example.com' });
  });
});

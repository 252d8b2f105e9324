import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { movingOrder, positionAt, type Moving } from '../support/tracking.js';

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

  /** Once somebody follows the order: reports where it is, then that it has arrived. */
  async function deliver({ carrier: { api }, path }: Moving): Promise<void> {
    await eventually(async () => {
      const { body } = await test.anonymous.get('/health');
      expect(body.details.tracking).toMatchObject({ ordersFollowed: 1 });
    }, 60_000);
    expect((await api.post(`${path}/positions`, { positions: [positionAt(1)] })).status).toBe(200);
    expect((await api.post(`${path}/status`, { status: 'DELIVERED' })).status).toBe(200);
  }

  it('shows code that a program with the built package compiles and runs', async () => {
    const pack = join(folder, 'node_modules', '@entrepot', 'client');
    mkdirSync(pack, { recursive: true });
    writeFileSync(join(pack, 'package.json'), readFileSync(join(CLIENT, 'package.json')));
    await run(process.execPath, [TSC, '-p', CLIENT, '--outDir', join(pack, 'dist')]);

    const { shop, apiKey } = await test.newShop();
    const moving = await movingOrder(test);
    const given = {
      ...{ baseUrl: test.baseUrl, shop, apiKey, email: 'admin@example.com' },
      ...{ order: moving.id, token: moving.client.accessToken },
    };
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
      deliver(moving),
    ]);
    expect(complaints).toBe('');
    const told = stdout.trim().split('\n');
    expect(told).toContainEqual(expect.stringMatching(/^completed 100$/));
    expect(told).toContainEqual(expect.stringMatching(/^404 There is no product/));
    expect(told.filter((line) => line.endsWith('Linen shirt, washed'))).toHaveLength(1);
    const [longitude, latitude] = positionAt(1).coordinates;
    expect(told).toContainEqual(`IN_TRANSIT [ ${longitude}, ${latitude} ] null`);
    expect(told.filter((line) => line.startsWith('DELIVERED ['))).toHaveLength(1);
    expect(JSON.parse(told.at(-1)!)).toMatchObject({ later: 'admin@example.com' });
  });
});

// Imports a large catalogue through the API and writes its sitemap, api and worker as processes of their own on
// fresh servers. Prints one JSON line; exit code 1 when a process needed more memory than allowed or anything is
// missing. `node bench/import-memory.ts [--products 100000] [--seed 7] [--active-share 1]`, on Node 26 after a build.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../local/bootstrap/build.mjs';
import { catalogueCsv } from '../local/demo/catalogue.ts';
import { freePort } from '../local/stack/ports.ts';
import { startStack } from '../local/stack/stack.ts';
import { createStackFolder, removeStackFolder } from '../local/stack/sweep.ts';
import { type Measured, run, startRole } from './import-memory/process.ts';
import { activeHandles, coverage } from './import-memory/sitemap.ts';
import { RAISED_LIMITS } from './servers/raised-limits.ts';

const MAX_RSS_MB = 350;
const SHOP = 'large.myshopify.com';

const { values } = parseArgs({
  options: {
    products: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '7' },
    'active-share': { type: 'string', default: '1' },
  },
});
const catalogue = {
  products: Number(values.products),
  seed: Number(values.seed),
  theme: 'apparel',
  activeShare: Number(values['active-share']),
} as const;

interface Job {
  state: string;
  error: { code: string; detail: string } | null;
  result: Record<string, number>;
  startedAt: string;
  finishedAt: string;
}

async function call(
  url: string,
  key: string,
  init: RequestInit & { duplex?: 'half' } = {},
): Promise<Record<string, string>> {
  const answer = await fetch(url, {
    ...init,
    headers: { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string>) },
  });
  const body = (await answer.json()) as Record<string, string>;
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}

const json = (method: string, body: object): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

async function finished(api: Measured, key: string, jobId: string): Promise<Job & { seconds: number }> {
  for (;;) {
    const job = (await call(`${api.baseUrl}/api/jobs/${jobId}`, key)) as unknown as Job;
    if (job.state === 'failed') throw new Error(`${job.error?.code}: ${job.error?.detail}`);
    if (job.state === 'completed') {
      return { ...job, seconds: (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000 };
    }
    await sleep(250);
  }
}

/** A shop on a plan without a product limit; gives its key. */
async function newShop(api: Measured, email: string, password: string): Promise<string> {
  const login = await call(`${api.baseUrl}/api/auth/login`, '', json('POST', { email, password }));
  const admin = login.accessToken ?? '';
  const shop = await call(
    `${api.baseUrl}/api/shops`,
    admin,
    json('POST', { shop: SHOP, name: 'Large', currency: 'EUR' }),
  );
  await call(`${api.baseUrl}/api/shops/${SHOP}/subscription`, admin, json('PATCH', { plan: 'enterprise' }));
  return shop.apiKey ?? '';
}

async function measure(folder: string): Promise<boolean> {
  await using stack = await disposable(startStack({ dir: folder, profile: 'durable' }));
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    MONGODB_URI: stack.mongodbUri,
    REDIS_URL: stack.redisUrl,
    SECRET_KEY: randomBytes(32).toString('hex'),
    ...RAISED_LIMITS,
  };
  const [email, password] = ['bench@example.com', randomBytes(12).toString('hex')];
  await run('migrate.js', ['up'], env);
  await run('cli.js', ['admin:create', email, '--password', password], env);
  await using api = await disposable(startRole('api', await freePort(), env));
  await using worker = await disposable(startRole('worker', await freePort(), env));

  const key = await newShop(api, email, password);
  const uploadStart = Date.now();
  const upload = await call(`${api.baseUrl}/api/shops/${SHOP}/products/import`, key, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: Readable.toWeb(catalogueCsv(catalogue)) as ReadableStream,
    duplex: 'half',
  });
  const uploadSeconds = (Date.now() - uploadStart) / 1000;
  const imported = await finished(api, key, upload.jobId ?? '');
  const started = await call(`${api.baseUrl}/api/shops/${SHOP}/sitemaps`, key, { method: 'POST' });
  const sitemap = await finished(api, key, started.jobId ?? '');
  const expected = await activeHandles(catalogueCsv(catalogue));
  const covered = await coverage(api.baseUrl, SHOP, expected);
  const peakRssMb = { api: api.peakRssMb(), worker: worker.peakRssMb() };

  const { created, failed } = imported.result;
  const complete =
    created === catalogue.products &&
    failed === 0 &&
    covered.missing + covered.duplicate + covered.unexpected === 0;
  const ok = complete && Math.max(peakRssMb.api, peakRssMb.worker) <= MAX_RSS_MB;
  const report = {
    ...{
      ok,
      products: catalogue.products,
      created,
      failed,
      active: expected.size,
      uploadSeconds,
      seconds: imported.seconds,
    },
    ...{ productsPerSecond: Math.round(catalogue.products / imported.seconds), peakRssMb },
    sitemap: { seconds: sitemap.seconds, ...covered },
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  return ok;
}

async function disposable<T extends { stop(): Promise<void> }>(
  starting: Promise<T>,
): Promise<T & AsyncDisposable> {
  const started = await starting;
  return Object.assign(started, { [Symbol.asyncDispose]: () => started.stop() });
}

await ensureBuilt();
const folder = createStackFolder();
try {
  process.exitCode = (await measure(folder)) ? 0 : 1;
} finally {
  await removeStackFolder(folder);
}

// One measurement of a look-up, in a process of its own: `node bench/cache/side.mjs <side> <look-ups>` prints
// `{"p50": …}` in milliseconds. Uses the built product, with REDIS_URL, MONGODB_URI, QUEUE_PREFIX and SECRET_KEY set.
import { createClient } from '@redis/client';
import { pino } from 'pino';
import { readConfig } from '../../dist/config/config.js';
import { CacheService } from '../../dist/platform/cache/cache.service.js';
import { CacheStats } from '../../dist/platform/cache/cache-stats.js';
import { Metrics } from '../../dist/platform/observability/metrics.js';

const [side, count] = [process.argv[2], Number(process.argv[3])];
const PLAN = {
  plan: 'growth',
  name: 'Growth',
  price: 4900,
  currency: 'EUR',
  trialDays: 14,
  limits: { products: 10000, optimizationsPerMonth: 1000, requestsPerMinute: 600 },
};
const key = (id) => ({ resource: 'plan', tenant: 'system', id, tags: [`plan:${id}`], ttlMs: 3_600_000 });

function cache(env = {}) {
  const metrics = new Metrics();
  const config = readConfig({ ...process.env, ...env });
  return new CacheService(config, pino({ level: 'silent' }), new CacheStats(metrics), metrics);
}

async function connected(service) {
  service.onModuleInit();
  while (service.degraded) await new Promise((resolve) => setTimeout(resolve, 10));
  return service;
}

/** The median time of a call, after as many to warm up. */
async function p50(call) {
  for (let n = 0; n < count; n++) await call();
  const times = [];
  for (let n = 0; n < count; n++) {
    const from = performance.now();
    await call();
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[Math.floor(count / 2)];
}

const load = () => Promise.resolve(PLAN);

const SIDES = {
  async l1() {
    const service = await connected(cache());
    const own = key('l1');
    await service.getOrSet(own, load);
    return p50(() => service.getOrSet(own, load));
  },
  map() {
    const map = new Map([['plan', PLAN]]);
    return p50(() => map.get('plan'));
  },
  /** Memory that keeps nothing: every look-up is one of the shared tier. */
  async l2() {
    const service = await connected(cache({ CACHE_MEMORY_BYTES: '0' }));
    const own = key('l2');
    await service.getOrSet(own, load);
    while ((await service.getOrSet(own, load)).result !== 'l2');
    return p50(() => service.getOrSet(own, load));
  },
  /** The same client without the cache: GET of the same text, and its JSON. */
  async get() {
    const client = createClient({ url: process.env.REDIS_URL });
    await client.connect();
    await client.set('bench:plan', JSON.stringify(PLAN));
    return p50(async () => JSON.parse(await client.get('bench:plan')));
  },
};

process.stdout.write(`${JSON.stringify({ p50: await SIDES[side]() })}\n`);
process.exit(0);

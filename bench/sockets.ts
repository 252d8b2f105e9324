// Opens many tracking sockets on one instance, each following an order, while carriers report positions. Prints one JSON
// line; exit code 1 when a goal of issue 7 is missed. `node bench/sockets.ts [--sockets 10000] [--orders 1000]
// [--seconds 30]`, on Node 26 after a build, with nothing beside it.
import { execFileSync, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import mongoose from 'mongoose';
import { ensureBuilt } from '../local/bootstrap/build.mjs';
import { freePort } from '../local/stack/ports.ts';
import { startStack } from '../local/stack/stack.ts';
import { createStackFolder, removeStackFolder } from '../local/stack/sweep.ts';
import { planned } from './data/population.ts';
import { insertTenants } from './data/tenants.ts';
import { run, startRole, type Measured } from './import-memory/process.ts';
import { RAISED_LIMITS } from './servers/raised-limits.ts';
import { movingOrders } from './sockets/orders.ts';
import type { SocketJob, SocketResult } from './sockets/load.child.ts';

const GOAL = { p99Ms: 250, rssMb: 1_000, dropped: 0 };
/** Files and connections of the servers beside the sockets. */
const OTHER_FILES = 500;

const { values } = parseArgs({
  options: {
    sockets: { type: 'string', default: '10000' },
    orders: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '30' },
  },
});
const [sockets, orders, seconds] = [Number(values.sockets), Number(values.orders), Number(values.seconds)];

const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
if (limit !== 'unlimited' && Number(limit) < sockets + OTHER_FILES) {
  process.stderr.write(
    `A process may open ${limit} files here, ${sockets} sockets need ${sockets + OTHER_FILES}: raise it by \`ulimit -n\`.\n`,
  );
  process.exit(1);
}

await ensureBuilt();
const folder = createStackFolder();
let instance: Measured | undefined;
try {
  const stack = await startStack({ dir: folder, profile: 'durable' });
  const password = randomBytes(18).toString('base64url');
  const env = {
    ...{ PATH: process.env.PATH, NODE_ENV: 'production', ...RAISED_LIMITS },
    ...{ MONGODB_URI: stack.mongodbUri, REDIS_URL: stack.redisUrl },
    ...{
      SECRET_KEY: randomBytes(32).toString('base64url'),
      TRACKING_CONNECTIONS_PER_IP: String(sockets + 100),
    },
  };
  await run('migrate.js', ['up'], env);
  await run('cli.js', ['admin:create', 'operator@example.com', '--password', password], env);
  const client = await new mongoose.mongo.MongoClient(stack.mongodbUri).connect();
  const [shop] = await insertTenants(client.db(), [planned(0, 0)]);
  if (!shop) throw new Error('no shop');
  const ids = await movingOrders(client.db(), shop.shop, orders);
  await client.close();
  const port = await freePort();
  instance = await startRole('all', port, { ...env, PORT: String(port) });
  const { baseUrl } = instance;
  const login = await fetch(`${baseUrl}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'operator@example.com', password }),
  });
  const { accessToken } = (await login.json()) as { accessToken: string };
  const child = fork(join(import.meta.dirname, 'sockets', 'load.child.ts'));
  const job: SocketJob = {
    baseUrl,
    sockets,
    seconds,
    orders: ids,
    watcher: accessToken,
    carrier: accessToken,
  };
  child.send(job);
  const [result] = (await once(child, 'message')) as [SocketResult];
  const metrics = await (await fetch(`${baseUrl}/metrics`)).text();
  const metric = (name: string) =>
    Number(new RegExp(`^entrepot_tracking_${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? 0);
  const skipped = metric('messages_total{outcome="skipped"}'.replace(/[{}]/g, '\\$&'));
  child.kill();
  const figures = {
    ...{ sockets, orders, ...result, skipped, dropped: metric('dropped_total') },
    peakRssMb: Math.round(instance.peakRssMb()),
  };
  const missing = result.expected - result.delivered;
  const ok =
    result.p99Ms < GOAL.p99Ms &&
    figures.peakRssMb < GOAL.rssMb &&
    missing + skipped + figures.dropped === GOAL.dropped;
  process.stdout.write(`${JSON.stringify({ ...figures, missing, goal: GOAL, ok })}\n`);
  process.exitCode = ok ? 0 : 1;
} finally {
  await instance?.stop();
  await removeStackFolder(folder);
}

// One measurement of background work, in a process of its own: `node bench/jobs/side.mjs <side> <jobs>` prints
// `{"perSecond": …}`. Runs the built product, with MONGODB_URI, REDIS_URL, QUEUE_PREFIX and SECRET_KEY set.
import { Module } from '@nestjs/common';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { readConfig } from '../../dist/config/config.js';
import { Transactions } from '../../dist/platform/database/transactions.js';
import { createLogger } from '../../dist/platform/observability/logger.js';
import { JobProcessor } from '../../dist/platform/queue/job-processor.js';
import { defineJob } from '../../dist/platform/queue/job.js';
import { JobsService } from '../../dist/platform/queue/jobs.service.js';
import { QUEUES } from '../../dist/platform/queue/queues.js';
import { createApp } from '../../dist/roles/app.js';

const QUEUE = 'email-notifications';
const { concurrency } = QUEUES[QUEUE];
/** Callers that enqueue at the same time. */
const CALLERS = 50;
const BATCH = 500;
const TENANTS = 20;
/** Runs before the time is taken, until V8 has compiled what a job runs through. */
const WARM_UP = 0.2;

const [side, count] = [process.argv[2], Number(process.argv[3])];
const empty = defineJob('bench.empty', QUEUE);

/** The rate from the end of the warm-up to the last job. */
class Meter {
  #count = 0;
  #from = 0;
  #warm = Math.floor(count * WARM_UP);
  #resolve;
  rate = new Promise((resolve) => (this.#resolve = resolve));

  tick() {
    this.#count++;
    if (this.#count === this.#warm) this.#from = performance.now();
    if (this.#count === count)
      this.#resolve((1000 * (count - this.#warm)) / (performance.now() - this.#from));
  }
}

/** The product with an empty handler. */
async function product(role, meter) {
  class EmptyProcessor extends JobProcessor {
    type = empty;
    run() {
      meter.tick();
      return Promise.resolve({});
    }
  }
  class BenchModule {}
  Module({ providers: [EmptyProcessor] })(BenchModule);
  const config = readConfig({ ...process.env, ROLE: role, PORT: '0' });
  const app = await createApp(config, createLogger('error'), [BenchModule]);
  await app.init();
  return app;
}

/** Jobs that wait in the database and, those of no tenant all, in the queue. */
async function fill(app, optionsOf) {
  const [service, transactions] = [app.get(JobsService), app.get(Transactions)];
  for (let from = 0; from < count; from += BATCH) {
    const jobs = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => ({
      payload: {},
      options: optionsOf(from + n),
    }));
    service.release(await transactions.run((session) => service.recordMany(empty, jobs, session)));
  }
}

async function worked(optionsOf) {
  const meter = new Meter();
  const producer = await product('api', meter);
  await fill(producer, optionsOf);
  await producer.close();
  const worker = await product('worker', meter);
  const rate = await meter.rate;
  await worker.close();
  return rate;
}

/** CALLERS callers, each with one call after the other. */
async function called(call) {
  const meter = new Meter();
  let left = count;
  const caller = async () => {
    while (left-- > 0) {
      await call();
      meter.tick();
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return meter.rate;
}

const bareQueue = (connection) => new Queue('bench-bare', { connection, prefix: process.env.QUEUE_PREFIX });

const SIDES = {
  /** Jobs of no tenant: all in the queue at once. */
  jobs: () => worked(() => ({ shop: null })),
  /** The same through the gate: of each tenant only a few in the queue. */
  fair: () => worked((n) => ({ shop: `bench-${n % TENANTS}.myshopify.com` })),
  /** A bare BullMQ worker, keeping as many ended entries as the product does. */
  async bare() {
    const connection = new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null });
    const queue = bareQueue(connection);
    const opts = { removeOnComplete: 100, removeOnFail: 500 };
    await queue.addBulk(Array.from({ length: count }, () => ({ name: 'empty', data: {}, opts })));
    const meter = new Meter();
    const run = () => {
      meter.tick();
      return Promise.resolve({});
    };
    const worker = new Worker(queue.name, run, { connection, prefix: process.env.QUEUE_PREFIX, concurrency });
    const rate = await meter.rate;
    await worker.close();
    await queue.close();
    connection.disconnect();
    return rate;
  },
  /** Record and queue: what a service does to start a job. */
  async enqueue() {
    const app = await product('api', new Meter());
    const service = app.get(JobsService);
    const rate = await called(() => service.start(empty, {}, { shop: null }));
    await app.close();
    return rate;
  },
  async add() {
    const connection = new Redis(process.env.REDIS_URL);
    const queue = bareQueue(connection);
    const rate = await called(() => queue.add('empty', {}));
    await queue.close();
    connection.disconnect();
    return rate;
  },
};

const perSecond = await SIDES[side]();
process.stdout.write(`${JSON.stringify({ perSecond })}\n`);
process.exit(0);

// One measurement of background work, in a process of its own: `node bench/jobs/side.mjs <side> <jobs> <queue>` prints
// `{"perSecond": …, "cpuMs": …}`, CPU a job. Runs the built product, with MONGODB_URI, REDIS_URL, QUEUE_PREFIX and SECRET_KEY set.
import { Module } from '@nestjs/common';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { readConfig } from '../../dist/config/config.js';
import { Transactions } from '../../dist/platform/database/transactions.js';
import { createLogger } from '../../dist/platform/observability/logger.js';
import { JobCompletions } from '../../dist/platform/queue/job-completions.js';
import { JobProcessor } from '../../dist/platform/queue/job-processor.js';
import { defineJob } from '../../dist/platform/queue/job.js';
import { JobsService } from '../../dist/platform/queue/jobs.service.js';
import { QUEUES } from '../../dist/platform/queue/queues.js';
import { createApp } from '../../dist/roles/app.js';

/** Callers that enqueue at the same time: enough that not their waiting for the disk is measured, which each does for itself. */
const CALLERS = 200;
const BATCH = 500;
const TENANTS = 20;
/** Runs before the time is taken, until V8 has compiled what a job runs through. */
const WARM_UP = 0.2;

const [side, count, queueName] = [process.argv[2], Number(process.argv[3]), process.argv[4]];
const { concurrency } = QUEUES[queueName];
const empty = defineJob('bench.empty', queueName);

/** What a job takes from the end of the warm-up until the last one is over. */
class Meter {
  #count = 0;
  #from = 0;
  #cpu;
  #warm = Math.floor(count * WARM_UP);
  #resolve;
  last = new Promise((resolve) => (this.#resolve = resolve));

  tick() {
    this.#count++;
    if (this.#count === this.#warm) [this.#from, this.#cpu] = [performance.now(), process.cpuUsage()];
    if (this.#count === count) this.#resolve();
  }

  /** To be called when nothing is left to do for the last one. */
  read() {
    const jobs = count - this.#warm;
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      perSecond: (1000 * jobs) / (performance.now() - this.#from),
      cpuMs: (user + system) / 1000 / jobs,
    };
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
  await meter.last;
  await worker.get(JobCompletions).close(); // until each record is stored
  const read = meter.read();
  await worker.close();
  return read;
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
  return meter.read();
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
    await meter.last;
    await worker.close();
    const read = meter.read();
    await queue.close();
    connection.disconnect();
    return read;
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

process.stdout.write(`${JSON.stringify(await SIDES[side]())}\n`);
process.exit(0);

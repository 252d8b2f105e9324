import { shopDomain } from '../../src/kernel/shop-domain.js';
import { JobReconciler } from '../../src/platform/queue/job-reconciler.js';
import { JobsRepository } from '../../src/platform/queue/jobs.repository.js';
import { QueueRegistry } from '../../src/platform/queue/queue-registry.js';
import { QUEUES } from '../../src/platform/queue/queues.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { startMany, testJob } from '../support/test-jobs.js';

const QUEUE = 'email-notifications';
const { perTenant } = QUEUES[QUEUE];
const ran: number[] = [];
let release: () => void = () => undefined;
let gate = Promise.resolve();
const counted = testJob('test.group-counted', QUEUE, async ({ payload }) => {
  ran.push(payload.n);
  await gate;
  return {};
});

describe('jobs of a tenant', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({ JOB_LOCK_MS: '60000' }, [counted.module]); // only these specs reconcile
  });
  afterAll(async () => {
    release();
    await test.close();
  });
  beforeEach(() => {
    release(); // what a failed test left waiting
    ran.length = 0;
    gate = new Promise((resolve) => (release = resolve));
  });

  const jobs = () => test.db.collection('jobs');
  const held = () => test.app.get(QueueRegistry).scripts.held(QUEUE);
  const queue = () => test.app.get(QueueRegistry).get(QUEUE);
  const shopOf = (name: string) => shopDomain(`${name}.myshopify.com`)!;
  const start = async (name: string, count: number) => {
    const many = Array.from({ length: count }, (_, n) => ({
      payload: { n },
      options: { shop: shopOf(name) },
    }));
    return startMany(test.app, counted.type, many);
  };
  const ended = (name: string, count: number, state = 'completed') =>
    eventually(async () => {
      expect(await jobs().countDocuments({ shop: shopOf(name), state })).toBe(count);
    }, 30_000);

  it('wait beside the queue in the order of their start, and leave nothing there', async () => {
    await start('orderly', 40);
    await eventually(() => {
      expect(ran).toHaveLength(perTenant);
    });
    expect(await held()).toBe(40 - perTenant);
    release();
    await ended('orderly', 40);
    // some run at once, but none before those that started long before
    expect(ran.filter((n, at) => Math.abs(n - at) >= 2 * perTenant)).toEqual([]);
    expect(ran.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(await held()).toBe(0);
    const { connection } = test.app.get(QueueRegistry);
    await eventually(async () => {
      expect(await connection.keys(queue().toKey('in:*'))).toEqual([]);
      expect(await connection.keys(queue().toKey('groups'))).toEqual([]);
    });
  });

  it('end at once when they are cancelled while they wait there, and never run', async () => {
    const ids = await start('changed-its-mind', perTenant + 2);
    await eventually(() => {
      expect(ran).toHaveLength(perTenant);
    });
    const last = ids.at(-1)!;
    const { status, body } = await test.admin.post(`/api/jobs/${last}/cancel`);
    expect([status, body.state]).toEqual([202, 'cancelled']);
    release();
    await ended('changed-its-mind', perTenant + 1);
    expect(ran).not.toContain(perTenant + 1);
    expect(await held()).toBe(0);
  });

  it('are let in where a crash left their places taken', async () => {
    const { connection } = test.app.get(QueueRegistry);
    const shop = shopOf('after-a-crash');
    const gone = Array.from({ length: perTenant }, (_, n) => `6740a0000000000000000${100 + n}`);
    await connection.sadd(queue().toKey(`in:${shop}`), ...gone);
    release();
    await start('after-a-crash', 2);
    await eventually(async () => {
      expect(await held()).toBe(2);
    });
    await test.app.get(JobReconciler).reconcile();
    await ended('after-a-crash', 2);
  });

  it('are queued again, each once, when the queue server has lost everything', async () => {
    await start('lost', 700); // more than are looked at in one go
    await eventually(() => {
      expect(ran).toHaveLength(perTenant);
    });
    const { connection } = test.app.get(QueueRegistry);
    const keys = await connection.keys(queue().toKey('*'));
    await connection.del(...keys);
    await jobs().updateMany({ state: 'waiting' }, { $set: { touchedAt: new Date(0) } });
    expect(await test.app.get(JobReconciler).reconcile()).toBe(700 - perTenant);
    release();
    await ended('lost', 700);
    expect(ran.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 700 }, (_, n) => n));
  });

  it('are taken over from an instance of before that ended while it kept them in the database', async () => {
    release();
    const shop = shopOf('adopted');
    await jobs().insertOne({
      ...{ name: counted.type.name, queue: QUEUE, shop, group: shop, payload: { n: 1 }, gate: 'held' },
      ...{ state: 'waiting', progress: null, result: null, error: null, attempts: 0 },
      ...{ createdAt: new Date(), startedAt: null, finishedAt: null },
    });
    await test.app.get(JobsRepository).adoptForgotten();
    await test.app.get(JobReconciler).reconcile();
    await ended('adopted', 1);
  });

  it('wait while an operator pauses the queue, and go on after that', async () => {
    release();
    await queue().pause();
    const ids = await start('paused', 2);
    await eventually(async () => {
      expect((await queue().getJobCounts('waiting')).waiting).toBe(2);
    });
    expect(ran).toEqual([]);
    await queue().resume();
    await ended('paused', ids.length);
  });

  it('stay to be seen on Bull Board, the last hundred', async () => {
    release();
    await start('many', 400);
    await ended('many', 400);
    const completed = await queue().getJobs(['completed'], 0, -1);
    expect(completed.length).toBeGreaterThanOrEqual(100);
    expect(completed.length).toBeLessThanOrEqual(150);
    expect(completed[0]).toMatchObject({ name: counted.type.name, attemptsMade: 1 });
    expect(completed[0]!.data).toEqual({ group: shopOf('many') });
    expect(await queue().getJobCountByTypes('active', 'waiting', 'delayed')).toBe(0);
  });
});

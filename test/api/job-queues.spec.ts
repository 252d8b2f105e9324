import { Types } from 'mongoose';
import { shopDomain } from '../../src/kernel/shop-domain.js';
import { JobReconciler } from '../../src/platform/queue/job-reconciler.js';
import { JobRetention } from '../../src/platform/queue/job-retention.js';
import { JobsService } from '../../src/platform/queue/jobs.service.js';
import { QueueRegistry } from '../../src/platform/queue/queue-registry.js';
import { QueueWorkers } from '../../src/platform/queue/queue-workers.js';
import { QUEUES } from '../../src/platform/queue/queues.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { moduleOf, startMany, testJob } from '../support/test-jobs.js';

const order: string[] = [];
let release: () => void = () => undefined;
let held = Promise.resolve();

const noted = testJob('test.noted', 'email-notifications', async ({ payload, id }) => {
  order.push(payload.name ?? id);
  await held;
  return { name: payload.name };
});
const begun: { shop: string; at: number }[] = [];
/** In the queue that has a rate for each tenant. */
const rated = testJob('test.rated', 'webhooks-out', ({ payload }) => {
  begun.push({ shop: payload.shop, at: Date.now() });
  return Promise.resolve({});
});
const upgraded = testJob('test.upgraded', 'maintenance', async ({ payload }) => ({ seen: payload }), {
  version: 3,
  upgrades: {
    1: (payload) => ({ ...payload, second: true }),
    2: (payload) => ({ ...payload, third: true }),
  },
});

describe('job queues', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({ JOB_LOCK_MS: '1000' }, [noted.module, rated.module, upgraded.module]);
  });
  afterAll(async () => {
    release();
    await test.close();
  });

  const service = () => test.app.get(JobsService);
  const jobs = () => test.db.collection('jobs');
  const stored = async (fields: object) => {
    const now = new Date();
    const { insertedId } = await jobs().insertOne({
      ...{ queue: 'maintenance', shop: null, payload: {}, payloadVersion: 1, state: 'waiting' },
      ...{ progress: null, result: null, error: null, attempts: 0, createdAt: now, touchedAt: new Date(0) },
      ...{ startedAt: null, finishedAt: null },
      ...fields,
    });
    await test.app.get(JobReconciler).reconcile();
    return String(insertedId);
  };
  const state = async (id: string) => (await jobs().findOne({ _id: new Types.ObjectId(id) }))!;

  it("lets another shop's single job in before a shop's hundreds, and loses none of them", async () => {
    const [big, small] = [shopDomain('big.myshopify.com')!, shopDomain('small.myshopify.com')!];
    held = new Promise((resolve) => (release = resolve));
    order.length = 0;
    const many = Array.from({ length: 300 }, (_, i) => ({
      payload: { name: `big-${i}` },
      options: { shop: big },
    }));
    await startMany(test.app, noted.type, many);
    await eventually(() => {
      expect(order).toHaveLength(3); // as many as the queue lets one tenant have
    });
    await service().start(noted.type, { name: 'small' }, { shop: small });
    await eventually(() => {
      expect(order).toHaveLength(4);
    });
    expect(order[3]).toBe('small');
    release();
    await eventually(async () => {
      expect(await jobs().countDocuments({ name: noted.type.name, state: 'completed' })).toBe(301);
    }, 60_000);
    expect(new Set(order).size).toBe(301);
  });

  it("lets another shop's single job begin while ten thousand of a shop wait", async () => {
    const [big, small] = [shopDomain('huge.myshopify.com')!, shopDomain('tiny.myshopify.com')!];
    held = new Promise((resolve) => (release = resolve));
    order.length = 0;
    const ofBig = { name: noted.type.name, queue: noted.type.queue, shop: big, group: big };
    const waiting = { ...ofBig, state: 'waiting' };
    const createdAt = new Date();
    await jobs().insertMany(
      Array.from({ length: 10_000 }, (_, i) => ({
        ...{ ...waiting, payload: { name: `huge-${i}` }, payloadVersion: 1, priority: 0 },
        ...{ progress: null, result: null, error: null, attempts: 0, createdAt, touchedAt: new Date(0) },
        ...{ startedAt: null, finishedAt: null },
      })),
    );
    await test.app.get(JobReconciler).reconcile();
    await eventually(() => {
      expect(order).toHaveLength(3);
    });
    await service().start(noted.type, { name: 'tiny' }, { shop: small });
    await eventually(() => {
      expect(order).toHaveLength(4);
    });
    expect(order[3]).toBe('tiny');
    await eventually(async () => {
      expect(await jobs().countDocuments(waiting)).toBe(9_997);
    });
    const registry = test.app.get(QueueRegistry);
    expect(await registry.scripts.held(noted.type.queue)).toBe(9_997);
    await jobs().deleteMany(waiting); // that none of many is lost is shown above
    await registry.connection.del(registry.get(noted.type.queue).toKey(`held:${big}`));
    release();
    await eventually(async () => {
      expect(await jobs().countDocuments({ group: { $in: [big, small] }, state: 'completed' })).toBe(4);
    });
  });

  it("lets no more of a tenant's jobs begin in a second than its queue allows, over two workers", async () => {
    const other = await startTestApp({ ...test.env, JOB_LOCK_MS: '1000' }, [
      noted.module,
      rated.module,
      upgraded.module,
    ]);
    try {
      const [shop, second] = [shopDomain('rated.myshopify.com')!, shopDomain('second.myshopify.com')!];
      const many = Array.from({ length: 160 }, () => ({ payload: { shop }, options: { shop } }));
      begun.length = 0;
      await startMany(test.app, rated.type, many);
      await eventually(() => {
        expect(begun.length).toBeGreaterThan(10);
      });
      // another's is not held up by that
      const { id } = await service().start(rated.type, { shop: second }, { shop: second });
      await test.admin.job(id);
      expect(begun.filter((one) => one.shop === shop).length).toBeLessThan(160);
      await eventually(async () => {
        const ended = { name: rated.type.name, state: 'completed' };
        expect(await jobs().countDocuments(ended)).toBe(161);
      }, 60_000);
      const { perTenant, tenantPerSecond } = QUEUES['webhooks-out'];
      const times = begun.filter((one) => one.shop === shop).map(({ at }) => at);
      expect(times).toHaveLength(160);
      // a job may have been let in just before the second, with as many as may stand in the queue
      for (const from of times)
        expect(times.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(
          tenantPerSecond + perTenant,
        );
    } finally {
      await other.close();
    }
  });

  it('takes what a person waits for before what may take its time', async () => {
    const shop = shopDomain('patient.myshopify.com')!;
    held = new Promise((resolve) => (release = resolve));
    order.length = 0;
    for (const name of ['1', '2', '3', '4', '5'])
      await service().start(noted.type, { name }, { shop, priority: 'bulk' });
    await service().start(noted.type, { name: 'interactive' }, { shop });
    await eventually(() => {
      expect(order).toHaveLength(3);
    });
    release();
    await eventually(() => {
      expect(order).toHaveLength(6);
    });
    expect(order.slice(3)).toEqual(['interactive', '4', '5']);
  });

  it('brings a payload of an older version up to date, step by step', async () => {
    const id = await stored({ name: upgraded.type.name, payload: { first: true } });
    expect(await test.admin.job(id)).toMatchObject({
      state: 'completed',
      result: { seen: { first: true, second: true, third: true } },
    });
  });

  it.each([
    ['a payload of a later version', { name: 'test.upgraded', payloadVersion: 9 }, 'job_payload_unsupported'],
    ['an unknown type', { name: 'test.never-declared' }, 'job_type_unknown'],
  ])('contains %s: tried again later, the queue goes on', async (_, fields, code) => {
    const id = await stored(fields);
    await eventually(async () => {
      expect(await state(id)).toMatchObject({ state: 'waiting', attempts: 1, error: { code } });
    });
    const { id: next } = await service().start(upgraded.type, {}, { shop: null });
    expect((await test.admin.job(next)).state).toBe('completed');
  });

  it('gives a job of an unknown type up when its tries are used up, as a dead letter', async () => {
    // of the queue that waits least before the next try
    const id = await stored({ name: 'test.never-declared', queue: 'webhooks-out' });
    await eventually(async () => {
      expect(await state(id)).toMatchObject({
        ...{ state: 'failed', attempts: QUEUES['webhooks-out'].attempts, deadAt: expect.any(Date) },
        error: { code: 'job_type_unknown', detail: 'No handler knows "test.never-declared".' },
      });
    }, 60_000);
    const { body } = await test.admin.get(`/api/admin/dead-letters/${id}`);
    expect(body).toMatchObject({ name: 'test.never-declared', stack: expect.stringContaining('JobFault') });
  });

  it('keeps what ended as long as JOB_RETENTION_DAYS says, a dead letter for ninety days', async () => {
    const DAY_MS = 86_400_000;
    const aged = async (name: string, days: number) => {
      const { insertedId } = await jobs().insertOne({
        ...{ name, queue: 'maintenance', shop: null, payload: {}, state: 'completed', attempts: 1 },
        finishedAt: new Date(Date.now() - days * DAY_MS),
      });
      return { _id: insertedId };
    };
    const [young, old, unknown] = [
      await aged(upgraded.type.name, 29),
      await aged(upgraded.type.name, 31),
      await aged('test.of-former-days', 31),
    ];
    expect(await test.app.get(JobRetention).removeBeyond({ dryRun: true })).toBe(2);
    expect(await jobs().countDocuments({ $or: [old, unknown] })).toBe(2);
    expect(await test.app.get(JobRetention).removeBeyond()).toBe(2);
    expect(await jobs().countDocuments({ $or: [old, unknown] })).toBe(0);
    expect(await jobs().countDocuments(young)).toBe(1);
    const dead = await stored({ name: upgraded.type.name, state: 'active', attempts: 3, crashes: 2 });
    await test.admin.job(dead);
    const { finishedAt, expiresAt } = await state(dead);
    expect((expiresAt - finishedAt) / DAY_MS).toBe(90);
    const { expireAfterSeconds } = (await jobs().indexes()).find(({ key }) => 'expiresAt' in key)!;
    expect(expireAfterSeconds).toBe(0); // the database removes them
  });

  it('does not run a job again that has killed its process three times', async () => {
    const id = await stored({ name: upgraded.type.name, state: 'active', attempts: 3, crashes: 2 });
    expect(await test.admin.job(id)).toMatchObject({ state: 'failed', error: { code: 'job_quarantined' } });
    expect(await state(id)).toMatchObject({ crashes: 3, deadAt: expect.any(Date) });
  });

  it('can be limited to some queues', async () => {
    const more = [noted.module, rated.module, upgraded.module];
    const some = await startTestApp({ ...test.env, WORKER_QUEUES: 'maintenance, product-import' }, more);
    expect([...some.app.get(QueueWorkers).served()].sort()).toEqual(['maintenance', 'product-import']);
    await some.close();
    await expect(startTestApp({ ...test.env, WORKER_QUEUES: 'nonsense' }, more)).rejects.toThrow(
      /WORKER_QUEUES names "nonsense"; there are: sitemap-generation/,
    );
  });

  it('do not start while a job has no handler or two', async () => {
    await expect(startTestApp({}, [noted.module, rated.module])).rejects.toThrow(
      'The job "test.upgraded" has no handler; it needs one.',
    );
    const twice = moduleOf(noted.type, () => Promise.resolve({}));
    await expect(startTestApp({}, [noted.module, rated.module, upgraded.module, twice])).rejects.toThrow(
      'The job "test.noted" has two handlers; it needs one.',
    );
  });
});

import { jest } from '@jest/globals';
import { Types } from 'mongoose';
import { shopDomain } from '../../src/kernel/shop-domain.js';
import { JobJournal } from '../../src/platform/queue/job-journal.js';
import { JobsService } from '../../src/platform/queue/jobs.service.js';
import { QueueRegistry } from '../../src/platform/queue/queue-registry.js';
import { QUEUES } from '../../src/platform/queue/queues.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { startMany, testJob } from '../support/test-jobs.js';

const MANY = 400;

const ran: string[] = [];
let release: () => void = () => undefined;
let held: Promise<void> = Promise.resolve();
const hold = () => {
  held = new Promise((resolve) => (release = resolve));
};

/** In a queue that runs one job at a time. */
const single = testJob('test.first', 'analytics', async ({ id, payload, progress }) => {
  ran.push(id);
  if (payload.waits) await held;
  if (payload.fails) throw new Error('fails');
  if (payload.tells) progress({ done: 1, total: 2, unit: 'steps' });
  return { n: payload.n };
});

let running = 0;
let atOnce = 0;
/** In a queue of five places, of which one tenant has three. */
const counted = testJob('test.counted', 'email-notifications', async ({ id }) => {
  atOnce = Math.max(atOnce, ++running);
  ran.push(id);
  await new Promise(setImmediate);
  running--;
  return {};
});

/** Jobs of a busy queue: their records are read before their turn, and that they run is noted beside them. */
describe('jobs whose records are read ahead', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({}, [single.module, counted.module]);
  });
  beforeEach(() => {
    ran.length = 0;
  });
  afterEach(() => {
    release();
  });
  afterAll(() => test.close());

  const service = () => test.app.get(JobsService);
  const jobs = () => test.db.collection('jobs');
  const record = async (id: string) => (await jobs().findOne({ _id: new Types.ObjectId(id) }))!;
  const startSingle = (payloads: object[]) =>
    startMany(
      test.app,
      single.type,
      payloads.map((payload) => ({ payload, options: { shop: null } })),
    );
  const busy = (last: object) => startSingle([...Array.from({ length: MANY }, (_, n) => ({ n })), last]);
  const completed = (ids: string[]) =>
    jobs().countDocuments({ _id: { $in: ids.map((id) => new Types.ObjectId(id)) }, state: 'completed' });

  it('run once each, and their records tell of it as of any other', async () => {
    const journal = test.app.get(JobJournal);
    const asked = jest.spyOn(journal, 'activate');
    try {
      const ids = await busy({ n: MANY });
      await eventually(async () => {
        expect(await completed(ids)).toBe(ids.length);
      }, 60_000);
      expect(ran).toEqual(ids);
      expect(asked.mock.calls.length).toBeLessThan(MANY);
      for (const [n, id] of ids.entries()) {
        const { attempts, crashes, startedAt, finishedAt, result, progress } = await record(id);
        expect({ attempts, crashes, result, progress }).toEqual({
          ...{ attempts: 1, crashes: 0, result: { n }, progress: null },
        });
        expect(startedAt).toBeInstanceOf(Date);
        expect(finishedAt.getTime()).toBeGreaterThanOrEqual(startedAt.getTime());
      }
    } finally {
      asked.mockRestore();
    }
  });

  it('are shown as running while they are, with their progress, and failed with their try', async () => {
    hold();
    const [long, failing] = (
      await startSingle([
        ...Array.from({ length: MANY }, (_, n) => ({ n })),
        { waits: true, tells: true },
        { waits: true, fails: true },
      ])
    ).slice(-2) as [string, string];
    await eventually(async () => {
      expect(await record(long)).toMatchObject({ state: 'active', attempts: 1, startedAt: expect.any(Date) });
    }, 60_000);
    release();
    expect(await test.admin.job(long)).toMatchObject({ state: 'completed', attempts: 1 });
    expect((await record(long))['progress']).toMatchObject({ done: 1, total: 2 });
    await eventually(async () => {
      const { state, attempts, startedAt, failure } = await record(failing);
      expect({ state, attempts }).toEqual({ state: 'waiting', attempts: 1 });
      expect([startedAt, failure.message]).toEqual([expect.any(Date), 'fails']);
    });
  });

  it('do not run when they were cancelled in between, and one that runs is told', async () => {
    hold();
    const ids = await startSingle([
      ...Array.from({ length: MANY }, (_, n) => ({ n })),
      { waits: true },
      ...Array.from({ length: 20 }, (_, n) => ({ n })),
    ]);
    const [running, ...behind] = ids.slice(MANY) as [string, ...string[]];
    await eventually(() => {
      expect(ran).toContain(running);
    }, 60_000);
    const { status, body } = await test.admin.post(`/api/jobs/${behind[0]}/cancel`);
    expect([status, body.state]).toEqual([202, 'cancelled']);
    expect((await test.admin.post(`/api/jobs/${running}/cancel`)).status).toBe(202);
    expect((await record(running))['cancelling']).toBe(true);
    release();
    await eventually(async () => {
      expect(await completed(behind.slice(1))).toBe(19);
    }, 60_000);
    expect(ran).not.toContain(behind[0]);
    expect(ran.filter((id) => ids.includes(id))).toHaveLength(ids.length - 1);
    expect((await test.admin.job(running)).state).toMatch(/^(completed|cancelled)$/);
  });

  it('are not those whose start may yet be taken back', async () => {
    const journal = test.app.get(JobJournal);
    const { id } = await service().record(single.type, {}, { shop: null });
    const revocable = { revocable: true, createdAt: new Date() };
    const readAhead = async () => (await journal.firstRuns([id])).map((one) => one.id);
    expect(await readAhead()).toEqual([id]);
    await jobs().updateOne({ _id: new Types.ObjectId(id) }, { $set: revocable });
    expect(await readAhead()).toEqual([]);
    await jobs().updateOne({ _id: new Types.ObjectId(id) }, { $set: { createdAt: new Date(0) } });
    expect(await readAhead()).toEqual([id]);
    const started = await service().start(single.type, {}, { shop: null });
    await test.admin.job(started.id);
    expect(await record(started.id)).toMatchObject({ revocable: true });
  });

  it("take their tenant's places over from one another, never more than it has, over two workers", async () => {
    const other = await startTestApp(test.env, [single.module, counted.module]);
    try {
      const shop = shopDomain('counted.myshopify.com')!;
      const many = Array.from({ length: 600 }, () => ({ payload: {}, options: { shop } }));
      const ids = await startMany(test.app, counted.type, many);
      await eventually(async () => {
        expect(await completed(ids)).toBe(600);
      }, 60_000);
      expect(ran.toSorted()).toEqual(ids);
      expect(atOnce).toBeLessThanOrEqual(QUEUES['email-notifications'].perTenant);
      expect(await test.app.get(QueueRegistry).scripts.held('email-notifications')).toBe(0);
    } finally {
      await other.close();
    }
  });

  it('count as crashed when their process died before it could note that they run', async () => {
    const { id } = await service().record(single.type, { n: 1 }, { shop: null });
    const crashed = await test.app.get(JobJournal).activate({ id, lost: true });
    expect(crashed).toMatchObject({ attempts: 2, crashes: 1 });
    expect(await record(id)).toMatchObject({ state: 'active', attempts: 2, crashes: 1 });
    const again = await test.app.get(JobJournal).activate({ id, lost: true });
    expect(again).toMatchObject({ attempts: 3, crashes: 2 }); // once for each, whoever tells of it
  });
});

import { Types } from 'mongoose';
import { JobRetention } from '../../src/platform/queue/job-retention.js';
import { JobsService } from '../../src/platform/queue/jobs.service.js';
import { QUEUES } from '../../src/platform/queue/queues.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/problem.js';
import { testJob } from '../support/test-jobs.js';

const LETTERS = '/api/admin/dead-letters';

let broken = true;
let release: () => void = () => undefined;

/** A payload that no handler can read is given up at its first try: no waiting for others. */
const failing = testJob(
  'test.failing',
  'email-notifications',
  async ({ payload }) => Promise.resolve({ got: payload.order }),
  {
    version: 2,
    upgrades: {
      get 1() {
        return broken ? undefined : (payload: object) => payload;
      },
    } as never,
  },
);
const slow = testJob('test.slow', 'email-notifications', async ({ signal }) => {
  await new Promise<void>((resolve, reject) => {
    release = resolve;
    signal.addEventListener('abort', () => {
      reject(new Error('told to stop'));
    });
  });
  return {};
});

describe('jobs that were given up', () => {
  let test: TestApp;
  let own: TestShop;
  beforeAll(async () => {
    test = await startTestApp({ JOB_LOCK_MS: '1000' }, [failing.module, slow.module]);
    own = await test.newShop();
  });
  afterAll(async () => {
    release();
    await test.close();
  });
  beforeEach(() => {
    broken = true;
  });

  const jobs = () => test.db.collection('jobs');
  const byId = (id: string) => ({ _id: new Types.ObjectId(id) });
  const start = (payload: object, shop: TestShop | null = own) =>
    test.app.get(JobsService).start(failing.type, payload, { shop: shop?.shop ?? null });

  /** Starts jobs whose payload is of a version that nobody upgrades any more. */
  async function dead(count: number): Promise<string[]> {
    const ids = [];
    for (let n = 0; n < count; n++) {
      const _id = new Types.ObjectId();
      await jobs().insertOne({
        ...{ _id, name: failing.type.name, queue: failing.type.queue, shop: own.shop, group: own.shop },
        ...{ payload: { order: n, email: 'ada@example.com' }, payloadVersion: 1, touchedAt: new Date(0) },
        ...{ state: 'waiting', progress: null, result: null, error: null, attempts: 0, priority: 0 },
        ...{ createdAt: new Date(), startedAt: null, finishedAt: null },
      });
      ids.push(String(_id));
    }
    for (const id of ids)
      await eventually(async () => {
        expect(await jobs().findOne(byId(id))).toMatchObject({ state: 'failed', deadAt: expect.any(Date) });
      });
    return ids;
  }

  it('are listed newest first, page by page, and shown without secrets', async () => {
    const ids = await dead(3);
    const query = `${LETTERS}?shop=${own.shop}&name=test.failing`;
    const all = (await test.admin.get(query)).body.data;
    const pages = [];
    let cursor = '';
    do {
      const { body } = await test.admin.get(`${query}&limit=2${cursor}`);
      pages.push(...body.data);
      cursor = body.page.hasMore ? `&cursor=${body.page.nextCursor}` : '';
    } while (cursor);
    expect(pages).toEqual(all);
    expect(all.map(({ id }: { id: string }) => id).sort()).toEqual([...ids].sort());
    const { body } = await test.admin.get(`${LETTERS}/${ids[0]}`);
    expect(body).toMatchObject({
      ...{ id: ids[0], name: 'test.failing', queue: 'email-notifications', shop: own.shop, attempts: 1 },
      ...{ payload: { order: 0, email: '[redacted]' }, payloadVersion: 1 },
      ...{ error: { code: 'job_payload_unsupported' }, stack: expect.stringContaining('job-failure') },
    });
    const { text } = await test.anonymous.get('/metrics');
    const [, count] = /entrepot_queue_dead\{queue="email-notifications"\} (\d+)/.exec(text) ?? [];
    expect(Number(count)).toBeGreaterThanOrEqual(3);
    expect((await test.admin.get('/api/admin/queues')).body.data).toContainEqual(
      expect.objectContaining({ queue: 'email-notifications', dead: Number(count), workers: 1, active: 0 }),
    );
  });

  it('run again, one or many, once what failed is mended', async () => {
    const [one, ...others] = await dead(4);
    broken = false;
    const replayed = await test.admin.post(`${LETTERS}/${one}/replay`);
    expect(replayed.status).toBe(202);
    expect(await own.api.job(one!)).toMatchObject({ state: 'completed', attempts: 1, result: { got: 0 } });
    expectProblem(await test.admin.post(`${LETTERS}/${one}/replay`), 404, 'job_not_found');
    const { body } = await test.admin.post(`${LETTERS}/replay`, { name: 'test.failing' });
    expect(body.replayed).toBeGreaterThanOrEqual(3);
    for (const id of others) expect((await own.api.job(id)).state).toBe('completed');
    expect((await test.admin.get(`${LETTERS}?name=test.failing`)).body.data).toEqual([]);
  });

  it('that fail again are dead letters again', async () => {
    const [id] = await dead(1);
    await test.admin.post(`${LETTERS}/${id}/replay`);
    await eventually(async () => {
      expect(await jobs().findOne(byId(id!))).toMatchObject({ state: 'failed', deadAt: expect.any(Date) });
    });
  });

  it('can be let go', async () => {
    const [id] = await dead(1);
    expect((await test.admin.delete(`${LETTERS}/${id}`)).status).toBe(204);
    expectProblem(await test.admin.get(`${LETTERS}/${id}`), 404, 'job_not_found');
    expect((await own.api.get(`/api/jobs/${id}`)).body.state).toBe('failed');
  });

  it('are the operators’ alone', async () => {
    const [id] = await dead(1);
    for (const answer of [
      await own.api.get(LETTERS),
      await own.api.get(`${LETTERS}/${id}`),
      await own.api.post(`${LETTERS}/${id}/replay`),
      await own.api.delete(`${LETTERS}/${id}`),
    ])
      expectProblem(answer, 403, 'forbidden');
  });

  it('are kept by the retention, which removes the oldest of the others beyond number and bytes', async () => {
    const [letter] = await dead(1);
    broken = false;
    const ended: string[] = [];
    for (let n = 0; n < 5; n++) {
      const { id } = await start({ order: n }, null);
      expect((await test.admin.job(id)).state).toBe('completed');
      ended.push(id);
    }
    const retention = test.app.get(JobRetention);
    const keep = (bounds: Partial<{ count: number; bytes: number }>) =>
      retention.removeBeyond({
        keep: (queue) => ({ ...QUEUES[queue].keep, ...(queue === failing.type.queue ? bounds : {}) }),
      });
    const left = async () =>
      (
        await jobs()
          .find({ _id: { $in: ended.map((id) => new Types.ObjectId(id)) } })
          .toArray()
      ).map(({ _id }) => String(_id));
    await keep({});
    expect(await left()).toEqual(ended);
    await keep({ count: 3 });
    expect(await left()).toEqual(ended.slice(2));
    await keep({ bytes: 0 });
    expect(await left()).toEqual([]);
    expect((await test.admin.get(`${LETTERS}/${letter}`)).status).toBe(200);
  });

  describe('and lists, and cancellation', () => {
    const cancel = (id: string, shop = own) => shop.api.post(`/api/jobs/${id}/cancel`);
    const startSlow = (shop = own) => test.app.get(JobsService).start(slow.type, {}, { shop: shop.shop });

    it('a tenant lists its own jobs and no others, newest first', async () => {
      const [mine, other] = [await test.newShop(), await test.newShop()];
      broken = false;
      const ids = [];
      for (let n = 0; n < 3; n++) ids.push((await start({ order: n }, mine)).id);
      await start({ order: 9 }, other);
      for (const id of ids) await mine.api.job(id);
      const listed = async (query: string) =>
        (await mine.api.get(`/api/jobs?${query}`)).body.data.map(({ id }: { id: string }) => id);
      expect(await listed('')).toEqual([...ids].reverse());
      expect(await listed('state=completed&name=test.failing')).toEqual([...ids].reverse());
      expect(await listed('state=failed')).toEqual([]);
      expect(await listed(`shop=${other.shop}`)).toEqual([]);
      const { body } = await mine.api.get('/api/jobs?limit=2');
      expect(await listed(`limit=2&cursor=${body.page.nextCursor}`)).toEqual([ids[0]]);
      expectProblem(await mine.api.get('/api/jobs?cursor=nonsense'), 400, 'invalid_cursor');
      expect((await test.admin.get(`/api/jobs?shop=${mine.shop}`)).body.data).toHaveLength(3);
    });

    it('ends what runs and what waits; another tenant cannot', async () => {
      const [mine, other] = [await test.newShop(), await test.newShop()];
      const started = [];
      for (let n = 0; n < 5; n++) started.push(await startSlow(mine)); // three run, two wait in the database
      await eventually(async () => {
        expect(await jobs().countDocuments({ shop: mine.shop, state: 'active' })).toBe(3);
      });
      const [running, waiting] = [started[0]!.id, started[4]!.id];
      expectProblem(await cancel(running, other), 404, 'job_not_found');
      expect((await cancel(waiting, mine)).body.state).toBe('cancelled');
      expect((await cancel(running, mine)).status).toBe(202);
      expect((await mine.api.job(running)).state).toBe('cancelled');
      expectProblem(await cancel(running, mine), 409, 'job_ended');
      for (const { id } of started.slice(1, 4)) await cancel(id, mine);
      for (const { id } of started) expect((await mine.api.job(id)).state).toBe('cancelled');
      const event = { resource: 'job', resourceId: running, action: 'cancelled', shop: mine.shop };
      expect(await test.db.collection('audit_events').countDocuments(event)).toBe(1);
    });
  });
});

import { Types } from 'mongoose';
import { QueueRegistry } from '../../src/platform/queue/queue-registry.js';
import { QUEUES } from '../../src/platform/queue/queues.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { moduleOf, startMany, testJob, type Handler } from '../support/test-jobs.js';

const QUEUE = 'email-notifications';
const { concurrency } = QUEUES[QUEUE];
const SHORT = 2_000;
const LOOK_EVERY = 50;

let running = 0;
let atOnce = 0;
const taken: number[] = [];
const ran: number[] = [];
let release: () => void = () => undefined;
const held = new Promise<void>((resolve) => (release = resolve));

const short = async (n: number, queue?: ReturnType<QueueRegistry['get']>) => {
  atOnce = Math.max(atOnce, ++running);
  ran.push(n);
  if (queue && n % LOOK_EVERY === 0) taken.push(await queue.getActiveCount());
  else await Promise.resolve();
  running--;
};

/** Jobs of a queue of five places whose handlers are short: more are taken than run. */
describe('jobs that were taken before there is a place for them', () => {
  let first: TestApp;
  let second: TestApp | undefined;
  const handler: Handler = async ({ payload }) => {
    if (payload.waits) await held;
    else await short(payload.n, first.app.get(QueueRegistry).get(QUEUE));
    return {};
  };
  const job = testJob('test.placed', QUEUE, handler);

  beforeAll(async () => {
    first = await startTestApp({}, [job.module]);
  });
  afterAll(async () => {
    release();
    await second?.close();
    await first.close();
  });
  beforeEach(() => {
    ran.length = 0;
  });

  const jobs = () => first.db.collection('jobs');
  const start = async (payloads: object[]) => {
    const wanted = payloads.map((payload) => ({ payload, options: { shop: null } }));
    const ids = await startMany(first.app, job.type, wanted);
    return ids.map((id) => new Types.ObjectId(id));
  };
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));
  const completed = (ids: Types.ObjectId[], count: number) =>
    eventually(async () => {
      expect(await jobs().countDocuments({ _id: { $in: ids }, state: 'completed' })).toBe(count);
    }, 60_000);

  it('run each once, and never more at once than there are places', async () => {
    const ids = await start(numbers(SHORT));
    await completed(ids, SHORT);
    expect(Math.max(...taken)).toBeGreaterThan(concurrency);
    expect(atOnce).toBeLessThanOrEqual(concurrency);
    expect(ran.toSorted((a, b) => a - b)).toEqual(numbers(SHORT).map(({ n }) => n));
  });

  it('go back to their queue when long ones take every place, and run on another instance', async () => {
    const waits = Array.from({ length: concurrency }, () => ({ waits: true }));
    const after = numbers(SHORT + 60).slice(SHORT);
    const ids = await start([...numbers(SHORT), ...waits, ...after]);
    await completed(ids, SHORT);
    const cancelled = ids[SHORT + concurrency]!;
    expect((await first.admin.post(`/api/jobs/${String(cancelled)}/cancel`)).status).toBe(202);
    const other: Handler = async ({ payload }) => {
      await short(payload.n);
      return {};
    };
    second = await startTestApp(first.env, [moduleOf(job.type, other)]);
    await completed(ids, SHORT + after.length - 1);
    const others = [...numbers(SHORT), ...after.slice(1)];
    expect(ran.toSorted((a, b) => a - b)).toEqual(others.map(({ n }) => n));
    await eventually(async () => {
      expect(await jobs().findOne({ _id: cancelled })).toMatchObject({ state: 'cancelled' });
    });
    release();
    await completed(ids, ids.length - 1);
    // going back is no try, and no crash
    const tries = { _id: { $in: ids }, state: 'completed', attempts: 1, crashes: 0 };
    expect(await jobs().countDocuments(tries)).toBe(ids.length - 1);
  });
});

import { Types } from 'mongoose';
import { eventually } from '../support/eventually.js';
import { faultStack, type FaultStack } from '../support/fault-stack.js';
import { Program, Service } from '../support/process.js';

const JOBS = 1_000;
const KILLS = 20;
const POISONED = 200;
const PRODUCTS = 100;
const API_KILLS = 2;
const LONG_MS = 150_000;
const MAIN = 'test/support/effects-main.mjs';

/** Each thing that is done is done, and to one effect, whoever dies on the way. */
describe('effects of background work', () => {
  let faults: FaultStack;
  const running = new Set<Service>();

  beforeAll(async () => {
    faults = await faultStack();
  });
  afterEach(async () => {
    for (const service of running) await kill(service);
  });
  afterAll(() => faults.stop());

  const start = async (role: string): Promise<Service> => {
    const service = await Service.start({ ...faults.env, ROLE: role, JOB_LOCK_MS: '1000' }, MAIN);
    running.add(service);
    return service;
  };
  const kill = async (service: Service): Promise<void> => {
    running.delete(service);
    await service.kill('SIGKILL');
  };
  const effects = () => faults.db.collection('effects');
  const jobs = () => faults.db.collection('jobs');

  /** Jobs as they are stored before anybody has queued them. */
  async function store(
    count: number,
    wanted: object = { name: 'test.effect', queue: 'email-notifications', payload: {} },
  ): Promise<void> {
    const long = new Date(0);
    await jobs().insertMany(
      Array.from({ length: count }, () => ({
        ...{ _id: new Types.ObjectId(), shop: null, ...wanted },
        ...{ state: 'waiting', progress: null, result: null, error: null, attempts: 0 },
        ...{ createdAt: long, startedAt: null, finishedAt: null, touchedAt: long },
      })),
    );
  }

  const done = () => effects().countDocuments({ _id: { $regex: '^job:' } as never });

  async function expectEachOnce(count: number): Promise<void> {
    await eventually(async () => {
      expect(await jobs().countDocuments({ name: 'test.effect', state: 'completed' })).toBe(count);
    }, LONG_MS);
    expect(await done()).toBe(count);
    expect(await jobs().countDocuments({ name: 'test.effect', state: { $ne: 'completed' } })).toBe(0);
  }

  it(
    `of ${JOBS} jobs come once each while workers are killed ${KILLS} times`,
    async () => {
      await store(JOBS);
      let [worker, next] = await Promise.all([start('worker'), start('worker')]);
      for (let killed = 1; killed <= KILLS; killed++) {
        await eventually(async () => {
          expect(await done()).toBeGreaterThanOrEqual((killed * JOBS) / (KILLS + 5));
        }, LONG_MS);
        const [fresh] = await Promise.all([start('worker'), kill(worker)]);
        [worker, next] = [next, fresh];
      }
      await expectEachOnce(JOBS);
      const repeated = await effects().countDocuments({ times: { $gt: 1 } });
      expect(repeated).toBeGreaterThan(0); // or no kill had met a job between its effect and its end
    },
    2 * LONG_MS,
  );

  it(
    'come once each while Valkey is frozen, killed and started again in the middle',
    async () => {
      await effects().deleteMany({});
      await jobs().deleteMany({});
      await start('worker');
      await store(JOBS);
      const reached = (count: number) =>
        eventually(async () => {
          expect(await done()).toBeGreaterThanOrEqual(count);
        }, LONG_MS);
      await reached(JOBS / 5);
      await faults.stack.redis.kill('SIGSTOP');
      const frozen = await done();
      await faults.stack.redis.kill('SIGCONT');
      await reached(Math.max(frozen + 1, JOBS / 2));
      await faults.stack.redis.kill('SIGKILL');
      await faults.stack.redis.restart();
      await expectEachOnce(JOBS);
    },
    2 * LONG_MS,
  );

  it(
    'a job that kills its process at once is given up after three times, the others are done',
    async () => {
      const poison = { name: 'test.poison', queue: 'analytics' };
      await store(POISONED, { ...poison, payload: {} });
      await store(1, { ...poison, payload: { kills: true } });
      const env = { ...faults.env, ROLE: 'worker', JOB_LOCK_MS: '1000', PORT: '0' };
      for (let killed = 1; killed <= 3; killed++) {
        const worker = new Program(['--import', './dist/instrument.js', MAIN], env);
        expect(await worker.ended).toBe('SIGKILL');
      }
      await start('worker');
      await eventually(async () => {
        const given = await jobs().findOne({ ...poison, 'payload.kills': true });
        expect(given).toMatchObject({ state: 'failed', crashes: 3, attempts: 4 });
        expect(given).toMatchObject({ error: { code: 'job_quarantined' }, deadAt: expect.any(Date) });
      }, LONG_MS);
      // what had ended well, but was not noted when its process was killed, is run again
      await eventually(async () => {
        expect(await jobs().countDocuments({ ...poison, state: 'completed' })).toBe(POISONED);
      }, LONG_MS);
    },
    2 * LONG_MS,
  );

  it(
    'of events come once for each change that was stored, while those who write and those who deliver are killed',
    async () => {
      const shop = await faults.shop('killed-events');
      let worker = await start('worker');
      const stored = () => faults.db.collection('products').countDocuments({ shop: shop.shop });
      for (let killed = 1; killed <= API_KILLS; killed++) {
        const api = await start('api');
        const calls = Promise.allSettled(
          Array.from({ length: PRODUCTS }, (_, i) =>
            shop.at(api).post(`/api/shops/${shop.shop}/products`, { title: `Product ${killed}-${i}` }),
          ),
        );
        const before = await stored();
        await eventually(async () => {
          expect(await stored()).toBeGreaterThanOrEqual(before + PRODUCTS / 4);
        }, LONG_MS);
        const [fresh] = await Promise.all([start('worker'), kill(api), kill(worker)]);
        worker = fresh;
        await calls;
      }
      const created = { shop: shop.shop, resource: 'product', action: 'created' };
      await eventually(async () => {
        const count = await stored();
        expect(await faults.db.collection('audit_events').countDocuments(created)).toBe(count);
        const had = await effects().find({ type: 'product.created' }).toArray();
        expect(had).toHaveLength(count);
        expect(new Set(had.map(({ aggregate }) => aggregate)).size).toBe(count);
      }, LONG_MS);
    },
    2 * LONG_MS,
  );
});

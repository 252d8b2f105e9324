import type { Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { faultStack, type FaultStack } from '../support/fault-stack.js';
import { expectProblem } from '../support/problem.js';
import { Service } from '../support/process.js';

/** Far above the promised second, far below the driver's own waits (15 s for a server, 45 s for a socket). */
const SOON_MS = 5_000;
const DEADLINE_MS = 2_000;

describe('MongoDB is lost', () => {
  let faults: FaultStack;
  let service: Service;
  let shop: Awaited<ReturnType<FaultStack['shop']>>;

  beforeAll(async () => {
    faults = await faultStack();
    shop = await faults.shop('database');
    service = await Service.start({ ...faults.env, REQUEST_DEADLINE_MS: String(DEADLINE_MS) });
  });
  afterAll(async () => {
    await service.kill('SIGKILL');
    await faults.stop();
  });

  const products = () => `/api/shops/${shop.shop}/products`;
  const create = (n: number): Promise<Answer> =>
    shop.at(service).post(products(), { title: `Product ${n}`, handle: `product-${n}` });
  /** Of a product, which is not cached. */
  const get = (): Promise<Answer> => shop.at(service).get(`${products()}/6921b0d2a1f4b0a7c9e01234`);
  const list = (): Promise<Answer> => shop.at(service).get(`${products()}?limit=5`);

  async function recovers(): Promise<void> {
    await eventually(async () => {
      expect((await service.api.get('/health/ready')).status).toBe(200);
      expect((await list()).status).toBe(200);
    }, 60_000);
    expect(service.child.exitCode).toBeNull();
  }

  it('killed: requests under way and new ones are 503 at once, readiness says so, and it recovers by itself', async () => {
    let n = 0;
    let killed = false;
    const answers: { status: number; code?: string; waitedMs: number; n: number }[] = [];
    const writers = Array.from({ length: 8 }, async () => {
      while (!killed || answers.filter(({ status }) => status === 503).length < 50) {
        const own = ++n;
        const started = performance.now();
        const { status, body } = await create(own);
        answers.push({ status, code: body?.code, waitedMs: performance.now() - started, n: own });
      }
    });
    await eventually(() => {
      expect(answers.length).toBeGreaterThan(40);
    });
    await faults.stack.mongo.kill('SIGKILL');
    killed = true;
    await Promise.all(writers);

    expect(new Set(answers.map(({ status, code }) => `${status} ${code ?? ''}`.trim()))).toEqual(
      new Set(['201', '503 database_unavailable']),
    );
    expect(Math.max(...answers.map(({ waitedMs }) => waitedMs))).toBeLessThan(SOON_MS);
    expectProblem(await create(0), 503, 'database_unavailable');
    expect((await create(0)).headers.get('retry-after')).toBe('1');
    expectProblem(await service.api.get('/api/plans/growth'), 503, 'database_unavailable');
    expect((await service.api.get('/health/live')).status).toBe(200);
    expect((await service.api.get('/health/ready')).status).toBe(503);
    const { status, body } = await service.api.get('/health');
    expect(status).toBe(503);
    expect(body.error.database.status).toBe('down');

    await faults.stack.mongo.restart();
    await recovers();
    const stored = new Set(
      (await faults.db.collection('products').find().toArray()).map(({ handle }) => handle as string),
    );
    const lost = answers.filter(({ status, n: own }) => status === 201 && !stored.has(`product-${own}`));
    expect(lost).toEqual([]);
    expect(service.stderr).toBe('');
  });

  it('frozen: no request waits longer than the deadline, and it recovers when thawed', async () => {
    await faults.stack.mongo.kill('SIGSTOP');
    try {
      const started = performance.now();
      const answers = await Promise.all([get(), create(100_001), service.api.get('/api/shops')]);
      // the last one brings no credentials and needs no database to be refused
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 401]);
      for (const answer of answers.slice(0, 2)) expectProblem(answer, 503, 'service_unavailable');
      expect(performance.now() - started).toBeGreaterThanOrEqual(DEADLINE_MS - 50);
      expect(performance.now() - started).toBeLessThan(DEADLINE_MS + SOON_MS);
      expect((await service.api.get('/health/live')).status).toBe(200);
      expect((await service.api.get('/health/ready')).status).toBe(503);
    } finally {
      await faults.stack.mongo.kill('SIGCONT');
    }
    await recovers();
    expect((await create(100_002)).status).toBe(201);
  });
});

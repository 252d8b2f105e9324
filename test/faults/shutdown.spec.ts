import { csvOf } from '../support/csv-catalogue.js';
import { eventually } from '../support/eventually.js';
import { faultStack, type FaultStack } from '../support/fault-stack.js';
import { Service } from '../support/process.js';

const PRODUCTS = 3_000;

describe('SIGTERM', () => {
  let faults: FaultStack;
  let shop: Awaited<ReturnType<FaultStack['shop']>>;
  let service: Service | undefined;

  beforeAll(async () => {
    faults = await faultStack();
    shop = await faults.shop('shutdown');
  });
  afterEach(async () => {
    await service?.kill('SIGKILL');
  });
  afterAll(() => faults.stop());

  it('ends an idle process by itself, with everything closed', async () => {
    for (const ROLE of ['all', 'api', 'worker', 'tracking']) {
      service = await Service.start({ ...faults.env, ROLE });
      expect(await service.kill('SIGTERM')).toBe(0);
      expect(service.stderr).toBe('');
      expect(service.logs().at(-1)).toMatchObject({ msg: 'Stopped', level: 'info' });
      expect(service.logs().filter(({ level }) => level === 'error')).toEqual([]);
    }
  });

  it('lets a running job end', async () => {
    service = await Service.start(faults.env);
    const csv = csvOf(
      Array.from({ length: PRODUCTS }, (_, i) => ({
        Handle: `p-${i}`,
        Title: `P ${i}`,
        'Variant Price': '1.00',
      })),
    );
    const { body } = await shop.at(service).upload(`/api/shops/${shop.shop}/products/import`, csv);
    await eventually(async () => {
      expect(await faults.db.collection('products').countDocuments()).toBeGreaterThan(0);
    });
    expect(await service.kill('SIGTERM')).toBe(0);
    const [job] = await faults.db.collection('jobs').find().sort({ _id: -1 }).toArray();
    expect(job).toMatchObject({ state: 'completed', attempts: 1, result: { created: PRODUCTS } });
    expect(String(job!._id)).toBe(body.jobId);
    expect(service.logs().filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('answers every request under way; readiness says 503 while others are still served', async () => {
    service = await Service.start({ ...faults.env, SHUTDOWN_DELAY_MS: '500' });
    const { api } = service;
    const own = shop.at(service);
    const statuses: number[] = [];
    const failures: string[] = [];
    let ready = 200;
    const caller = async (): Promise<void> => {
      // as a load balancer does: nothing new for a process that says it is not ready
      while (ready === 200) {
        try {
          statuses.push((await own.get(`/api/shops/${shop.shop}/products?limit=50`)).status);
        } catch (error) {
          failures.push(String((error as Error).cause ?? error));
        }
      }
    };
    const callers = Array.from({ length: 6 }, caller);
    await eventually(() => {
      expect(statuses.length).toBeGreaterThan(20);
    });
    const ended = service.kill('SIGTERM');
    await eventually(async () => {
      ready = (await api.get('/health/ready')).status;
      expect(ready).toBe(503);
    });
    expect((await own.get(`/api/shops/${shop.shop}`)).status).toBe(200);
    expect(await ended).toBe(0);
    await Promise.all(callers);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(failures).toEqual([]);
  });
});

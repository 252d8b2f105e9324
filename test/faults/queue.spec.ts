import type { Answer } from '../support/client.js';
import { simpleCsv } from '../support/csv-catalogue.js';
import { readConfig } from '../../src/config/config.js';
import { createLogger } from '../../src/platform/observability/logger.js';
import { JobEntries } from '../../src/platform/queue/job-entries.js';
import { QueueRegistry } from '../../src/platform/queue/queue-registry.js';
import { eventually } from '../support/eventually.js';
import { faultStack, type FaultStack } from '../support/fault-stack.js';
import { expectProblem } from '../support/problem.js';
import { Service } from '../support/process.js';
import { NOTHING_STORED, storedFiles } from '../support/stored-files.js';

const SOON_MS = 5_000;

describe('Valkey is lost', () => {
  let faults: FaultStack;
  let service: Service;
  let shop: Awaited<ReturnType<FaultStack['shop']>>;

  beforeAll(async () => {
    faults = await faultStack();
    shop = await faults.shop('queue');
    service = await Service.start(faults.env);
  });
  afterAll(async () => {
    await service.kill('SIGKILL');
    await faults.stop();
  });

  const base = () => `/api/shops/${shop.shop}`;
  const api = () => shop.at(service);
  const generate = (): Promise<Answer> => api().post(`${base()}/sitemaps`);
  const upload = (): Promise<Answer> => api().upload(`${base()}/products/import`, simpleCsv(['one', 'two']));

  async function servesWithoutQueue(): Promise<void> {
    const ofShops = { shop: { $ne: null } }; // what the clock starts is taken back in its own time
    const jobs = await faults.db.collection('jobs').countDocuments(ofShops);
    const started = performance.now();
    for (const path of [`${base()}/products`, base(), '/api/plans'])
      expect((await api().get(path)).status).toBe(200);
    expect((await api().post(`${base()}/products`, { title: 'Made without a queue' })).status).toBe(201);
    expectProblem(await generate(), 503, 'queue_unavailable');
    expectProblem(await upload(), 503, 'queue_unavailable');
    expect(performance.now() - started).toBeLessThan(2 * SOON_MS);
    expect(await faults.db.collection('jobs').countDocuments(ofShops)).toBe(jobs);
    expect(await storedFiles(faults.db)).toEqual(NOTHING_STORED);
    expect((await service.api.get('/health/live')).status).toBe(200);
    expect((await service.api.get('/health/ready')).status).toBe(503);
  }

  async function worksAgain(): Promise<void> {
    const { body } = await eventually(async () => {
      expect((await service.api.get('/health/ready')).status).toBe(200);
      const answer = await upload();
      expect(answer.status).toBe(202);
      return answer;
    }, 60_000);
    expect((await api().job(body.jobId)).state).toBe('completed');
    await eventually(async () => {
      expect(await storedFiles(faults.db)).toEqual(NOTHING_STORED); // removed once the job has ended
    });
  }

  it('killed: reads and writes go on, starts are refused and leave nothing, workers come back by themselves', async () => {
    await faults.stack.redis.kill('SIGKILL');
    await eventually(async () => {
      expect((await service.api.get('/health/ready')).status).toBe(503);
    });
    await servesWithoutQueue();
    await faults.stack.redis.restart();
    await worksAgain();
  });

  it('frozen: likewise', async () => {
    await faults.stack.redis.kill('SIGSTOP');
    try {
      await servesWithoutQueue();
    } finally {
      await faults.stack.redis.kill('SIGCONT');
    }
    await worksAgain();
  });

  it('frozen while a queue is used for the first time: the queue works when it is back', async () => {
    const config = readConfig({ ...faults.env, SECRET_KEY: 'a secret key that only this spec knows about' });
    const logger = createLogger('silent');
    const registry = new QueueRegistry(config, logger);
    const job = { id: 'first', name: 'test', queue: 'maintenance', priority: 0, group: null } as const;
    const entries = new JobEntries(registry, logger);
    try {
      await eventually(() => {
        expect(registry.reachable()).toBe(true);
      });
      await faults.stack.redis.kill('SIGSTOP');
      await expect(entries.enter(job)).rejects.toThrow();
      await faults.stack.redis.kill('SIGCONT');
      await eventually(() => entries.enter(job));
    } finally {
      await registry.onApplicationShutdown();
    }
  });
});

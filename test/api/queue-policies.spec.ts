import { Types } from 'mongoose';
import type { QueueState } from '../../src/platform/queue/queue-health.js';
import { JobEntries } from '../../src/platform/queue/job-entries.js';
import { QueueRegistry } from '../../src/platform/queue/queue-registry.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

const SHOPS = 16;

/** How queues try, as requirements R3.1 has it, read from what BullMQ was given. */
describe('policies of queues', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({ ROLE: 'api' }); // so that what is queued stays where it is
  });
  afterAll(() => test.close());

  it.each([
    ['sitemap-generation', 3, 2_000],
    ['email-notifications', 5, 30_000],
    ['order-notices', 3, 5_000],
    ['sms', 3, 5_000],
  ] as const)(
    '%s: %i tries, the first again after %i ms, doubled and jittered',
    async (queue, attempts, delay) => {
      const registry = test.app.get(QueueRegistry);
      const job = { id: `policy-${queue}`, name: 'test.policy', queue, priority: 0, group: null };
      await test.app.get(JobEntries).enter(job);
      const entry = (await registry.get(queue).getJob(`policy-${queue}`))!;
      expect(entry.opts).toMatchObject({
        ...{ attempts, backoff: { type: 'exponential', delay, jitter: 0.5 } },
        ...{ removeOnComplete: { count: 100 }, removeOnFail: { count: 500 } },
      });
      await entry.remove();
    },
  );

  it('tells how each stands, to operators and as metrics, each figure', async () => {
    const sitemaps = await started(test, 3);
    expect(sitemaps).toHaveLength(3);
    const wanted = { waiting: 3, active: 0, delayed: 0, held: 0, dead: 0, workers: 0 };
    const { body } = await test.admin.get('/api/admin/queues');
    const state = body.data.find(({ queue }: QueueState) => queue === 'sitemap-generation');
    expect(state).toMatchObject(wanted);
    const gauge = (text: string, name: string) =>
      Number(
        new RegExp(`^entrepot_queue_${name}\\{queue="sitemap-generation"\\} (\\d+)$`, 'm').exec(text)?.[1],
      );
    await eventually(async () => {
      const { text } = await test.anonymous.get('/metrics');
      for (const [name, value] of Object.entries(wanted))
        expect([name, gauge(text, name)]).toEqual([name, value]);
      expect(gauge(text, 'oldest_seconds')).toBeGreaterThanOrEqual(1);
    });
  });

  it('lets five sitemaps begin in a second, over two workers', async () => {
    const workers = await Promise.all([1, 2].map(() => startTestApp({ ...test.env, ROLE: 'worker' })));
    try {
      const ids = await started(test, SHOPS);
      for (const id of ids) expect((await test.admin.job(id)).state).toBe('completed');
      const jobs = await test.db
        .collection('jobs')
        .find({ _id: { $in: ids.map((id) => new Types.ObjectId(id)) } })
        .toArray();
      const begun = jobs.map(({ startedAt }) => Number(startedAt)).sort((a, b) => a - b);
      // the last of sixteen is in the fourth second; half of that is left to clocks and slow starts
      expect(begun.at(-1)! - begun[0]!).toBeGreaterThanOrEqual(1_500);
    } finally {
      for (const worker of workers) await worker.close();
    }
  });
});

/** Sitemaps of as many shops: their jobs' ids. */
async function started(test: TestApp, shops: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < shops; n++) {
    const { shop, api } = await test.newShop();
    ids.push((await api.post(`/api/shops/${shop}/sitemaps`)).body.jobId);
  }
  return ids;
}

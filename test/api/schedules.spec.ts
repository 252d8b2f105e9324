import { jest } from '@jest/globals';
import { purgeShops } from '../../src/modules/shops/shop-purge.job.js';
import { endTrials } from '../../src/modules/subscriptions/trials.job.js';
import { CacheService } from '../../src/platform/cache/cache.service.js';
import { warmCaches } from '../../src/platform/cache/cache-warm.job.js';
import { ScheduleRegistry } from '../../src/platform/scheduler/schedule-registry.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/problem.js';
import { testStack, type TestStack } from '../support/stack.js';

describe('schedules', () => {
  let stack: TestStack;
  let instances: TestApp[];
  beforeAll(async () => {
    stack = await testStack();
    instances = [await startTestApp(stack.env), await startTestApp(stack.env)];
  });
  afterAll(async () => {
    for (const instance of instances) await instance.close();
    await stack.release();
  });

  it('run each slot once, whichever of two instances comes first', async () => {
    const [first] = instances;
    const started: boolean[][] = [];
    for (let minute = 0; minute < 60; minute++) {
      const tick = (second: number) => new Date(Date.UTC(2026, 0, 1, 3, minute, second));
      const schedule = { cron: '* * * * *', job: endTrials, payload: {}, description: '' };
      started.push(
        await Promise.all(
          instances.flatMap(({ app }) =>
            [0, 1].map((second) => app.get(ScheduleRegistry).tick(schedule, tick(second))),
          ),
        ),
      );
    }
    expect(started.map((ticks) => ticks.filter(Boolean).length)).toEqual(Array(60).fill(1));
    const jobs = await first!.db.collection('jobs').find({ name: endTrials.name }).toArray();
    expect(jobs).toHaveLength(60);
    for (const { _id } of jobs) {
      expect(await first!.admin.job(String(_id))).toMatchObject({ state: 'completed', attempts: 1 });
    }
  });

  const schedules = '/api/admin/schedules';
  const registry = () => instances[0]!.app.get(ScheduleRegistry);
  const runs = async (name: string) =>
    (await instances[0]!.admin.get(`${schedules}/${name}/runs`)).body.data as Answer['body'][];

  it('make up once for what passed while nothing ran, and not for what passed while paused', async () => {
    const { db, admin } = instances[0]!;
    const [ran, name] = ['audit.retention', purgeShops.name];
    const longAgo = new Date(Date.now() - 3 * 24 * 3600 * 1000);
    await admin.patch(`${schedules}/${name}`, { paused: true });
    for (const _id of [ran, name])
      await db.collection('schedules').updateOne({ _id } as object, { $set: { lastSlot: longAgo } });
    const caughtUp = await Promise.all(
      instances.flatMap(({ app }) => [0, 1].map(() => app.get(ScheduleRegistry).catchUp(new Date()))),
    );
    // at the half hour the tick of this one may be caught up by somebody else
    expect(caughtUp.flat().filter((name) => name !== warmCaches.name)).toEqual([ran]);
    const [run, ...others] = await runs(ran);
    expect(run.trigger).toMatchObject({ kind: 'catch-up', slot: expect.stringMatching(/T02:45:00/) });
    expect(others).toEqual([]);
    await admin.patch(`${schedules}/${name}`, { paused: false });
    expect(await registry().catchUp(new Date())).toEqual([]);
  });

  it('are listed, run by hand, also dry, and paused; who did it is on record', async () => {
    const { admin, db } = instances[0]!;
    const { body } = await admin.get(schedules);
    const audit = body.data.find(({ name }: { name: string }) => name === 'audit.retention');
    expect(audit).toMatchObject({ cron: '45 2 * * *', timeZone: 'UTC', dryRun: true, pausedAt: null });
    expect(Date.parse(audit.nextRun)).toBeGreaterThan(Date.now());
    await db.collection('audit_events').insertOne({ at: new Date(0), action: 'created', resource: 'shop' });
    const dry = await admin.post(`${schedules}/audit.retention/run`, { dryRun: true });
    expect(await admin.job(dry.body.jobId)).toMatchObject({ state: 'completed', result: { removed: 1 } });
    const wet = await admin.post(`${schedules}/audit.retention/run`, {});
    expect(await admin.job(wet.body.jobId)).toMatchObject({ state: 'completed', result: { removed: 1 } });
    const [run] = await runs('audit.retention');
    expect(run).toMatchObject({
      ...{ id: wet.body.jobId, durationMs: expect.any(Number) },
      trigger: { kind: 'operator', by: expect.stringMatching(/^account:/) },
    });
    expectProblem(
      await admin.post(`${schedules}/${endTrials.name}/run`, { dryRun: true }),
      400,
      'validation_failed',
    );
    expectProblem(await admin.get(`${schedules}/nonsense/runs`), 404, 'schedule_not_found');

    const paused = await admin.patch(`${schedules}/audit.retention`, { paused: true });
    expect(paused.body).toMatchObject({ nextRun: null, pausedAt: expect.any(String) });
    const schedule = registry().get('audit.retention')!;
    expect(await registry().tick(schedule, new Date(Date.UTC(2030, 0, 1, 2, 45)))).toBe(false);
    await admin.patch(`${schedules}/audit.retention`, { paused: false });
    const event = { resource: 'schedule', resourceId: 'audit.retention', action: 'updated' };
    expect(await db.collection('audit_events').countDocuments(event)).toBe(2);
  });

  it('tell every instance to warm its memory', async () => {
    const [{ admin }] = instances as [TestApp];
    const warmed = instances.map(({ app }) => jest.spyOn(app.get(CacheService), 'warmPopular'));
    await eventually(async () => {
      const run = await admin.post(`${schedules}/${warmCaches.name}/run`, {});
      const { state, result } = await admin.job(run.body.jobId);
      expect({ state, result }).toEqual({ state: 'completed', result: { instances: 2 } });
    });
    await eventually(() => {
      for (const spy of warmed) expect(spy).toHaveBeenCalled();
    });
    expect((await runs(warmCaches.name))[0]).toMatchObject({ trigger: { kind: 'operator' } });
    for (const spy of warmed) spy.mockRestore();
  });
});

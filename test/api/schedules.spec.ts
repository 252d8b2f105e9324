import { endTrials } from '../../src/modules/subscriptions/trials.job.js';
import { ScheduleRegistry } from '../../src/platform/scheduler/schedule-registry.js';
import { startTestApp, type TestApp } from '../support/app.js';
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
    for (let minute = 0; minute < 20; minute++) {
      const tick = (second: number) => new Date(Date.UTC(2026, 0, 1, 3, minute, second));
      const schedule = { cron: '* * * * *', job: endTrials, payload: {} };
      started.push(
        await Promise.all(
          instances.flatMap(({ app }) =>
            [0, 1].map((second) => app.get(ScheduleRegistry).tick(schedule, tick(second))),
          ),
        ),
      );
    }
    expect(started.map((ticks) => ticks.filter(Boolean).length)).toEqual(Array(20).fill(1));
    const jobs = await first!.db.collection('jobs').find({ name: endTrials.name }).toArray();
    expect(jobs).toHaveLength(20);
    for (const { _id } of jobs) {
      expect(await first!.admin.job(String(_id))).toMatchObject({ state: 'completed', attempts: 1 });
    }
  });
});

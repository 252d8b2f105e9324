import { jest } from '@jest/globals';
import { Types } from 'mongoose';
import { JobJournal } from '../../src/platform/queue/job-journal.js';
import { JobReconciler } from '../../src/platform/queue/job-reconciler.js';
import { JobsService } from '../../src/platform/queue/jobs.service.js';
import { QueueRegistry } from '../../src/platform/queue/queue-registry.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { testJob } from '../support/test-jobs.js';

const LONG_AGO = new Date(0);
const HOUR_MS = 3_600_000;
/** More than MongoDB takes in one document. */
const TOO_LARGE = 17_000_000;

const ran: string[] = [];
/** In a queue that runs one job at a time. */
const single = testJob('test.single', 'analytics', ({ id, payload }) => {
  ran.push(id);
  return Promise.resolve({ text: 'x'.repeat(payload.size ?? 1) });
});

/** How the records of completed jobs are closed, beside what their places do then. */
describe('completed jobs', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({}, [single.module]);
  });
  beforeEach(() => {
    ran.length = 0;
  });
  afterAll(() => test.close());

  const start = async (payload: object) =>
    (await test.app.get(JobsService).start(single.type, payload, { shop: null })).id;
  const record = async (id: string) =>
    (await test.db.collection('jobs').findOne({ _id: new Types.ObjectId(id) }))!;
  const entryState = (id: string) => test.app.get(QueueRegistry).get('analytics').getJobState(id);
  const silence = (id: string) =>
    test.db.collection('jobs').updateOne({ _id: new Types.ObjectId(id) }, { $set: { touchedAt: LONG_AGO } });

  it('leave their place to the next while their records are being stored', async () => {
    const journal = test.app.get(JobJournal);
    const store = journal.completeMany.bind(journal);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const spy = jest
      .spyOn(journal, 'completeMany')
      .mockImplementation((...done) => held.then(() => store(...done)));
    try {
      const [first, second] = [await start({}), await start({})];
      await eventually(() => {
        expect(ran).toEqual([first, second]);
      });
      expect(await record(first)).toMatchObject({ state: 'active', attempts: 1, result: null });
      release();
      for (const id of [first, second])
        expect(await test.admin.job(id)).toMatchObject({ state: 'completed', result: { text: 'x' } });
      expect(ran).toEqual([first, second]);
    } finally {
      release();
      spy.mockRestore();
    }
  });

  it('run again when their process died before the record was stored, and not sooner', async () => {
    let end: () => void = () => undefined;
    const spy = jest
      .spyOn(test.app.get(JobJournal), 'completeMany')
      .mockReturnValueOnce(new Promise((resolve) => (end = resolve))); // as one that died: neither stored nor failed
    try {
      const id = await start({});
      await eventually(async () => {
        expect(await entryState(id)).toBe('completed');
      });
      await silence(id);
      // the queue has only just done with it: its record may be on the way
      expect(await test.app.get(JobReconciler).reconcile(HOUR_MS)).toBe(0);
      expect(await record(id)).toMatchObject({ state: 'active', attempts: 1 });
      await silence(id);
      expect(await test.app.get(JobReconciler).reconcile(0)).toBe(1);
      expect(await test.admin.job(id)).toMatchObject({ state: 'completed', attempts: 2 });
      expect(ran).toEqual([id, id]);
    } finally {
      end();
      spy.mockRestore();
    }
  });

  it('fail alone when their result is none that can be stored', async () => {
    const [before, large, after] = [await start({}), await start({ size: TOO_LARGE }), await start({})];
    for (const id of [before, after]) expect((await test.admin.job(id)).state).toBe('completed');
    expect(await test.admin.job(large)).toMatchObject({
      state: 'failed',
      result: null,
      error: { code: 'internal_error' },
    });
    expect((await record(large))['deadAt']).toBeInstanceOf(Date);
    expect(ran).toEqual([before, large, after]);
  });
});

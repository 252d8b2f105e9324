import { Types } from 'mongoose';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { allEvents, eventStream, type EventStream, type StreamEvent } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';

/** No worker runs here: the jobs are moved by hand, so that every event has its cause. */
describe('watching a job', () => {
  let test: TestApp;
  let own: TestShop;
  beforeAll(async () => {
    test = await startTestApp({ ROLE: 'api' });
    own = await test.newShop();
  });
  afterEach(async () => {
    await listening(0);
  });
  afterAll(() => test.close());

  const open = (id: string): Promise<EventStream> =>
    eventStream(`${test.baseUrl}/api/jobs/${id}/events`, own.apiKey);
  const move = (id: string, change: object) =>
    test.db.collection('jobs').updateOne({ _id: new Types.ObjectId(id) }, { $set: change });
  const progress = (done: number) => ({
    state: 'active',
    progress: { percent: done, done, total: 100, unit: 'products' },
  });

  async function waitingJob(): Promise<string> {
    const shop = await test.newShop();
    own = shop;
    const { status, body } = await shop.api.post(`/api/shops/${shop.shop}/sitemaps`);
    expect(status).toBe(202);
    return body.jobId;
  }

  async function listeners(): Promise<number> {
    const { text } = await test.anonymous.get('/metrics');
    return Number(/^entrepot_job_listeners (\d+)$/m.exec(text)?.[1] ?? NaN);
  }

  /** Waits until so many follow a job. */
  const listening = (count: number) =>
    eventually(async () => {
      expect(await listeners()).toBe(count);
    });

  /** The stream's next event. */
  async function next(events: AsyncIterator<StreamEvent>): Promise<StreamEvent> {
    const { value, done } = await events.next();
    if (done) throw new Error('the stream has ended');
    return value;
  }

  it('tells the state now, then each change once, and ends with the job', async () => {
    const id = await waitingJob();
    const events = (await open(id))[Symbol.asyncIterator]();
    expect(await next(events)).toMatchObject({
      event: 'progress',
      data: { id, state: 'waiting', progress: null },
    });
    for (const done of [10, 20, 99]) {
      // another listener who comes in between is no change
      const other = (await open(id))[Symbol.asyncIterator]();
      await next(other);
      await other.return?.();
      await move(id, progress(done));
      expect(await next(events)).toMatchObject({
        event: 'progress',
        data: { state: 'active', progress: { done } },
      });
    }
    await move(id, { state: 'completed', result: { urls: 1 }, finishedAt: new Date() });
    expect(await next(events)).toMatchObject({
      event: 'completed',
      data: { state: 'completed', result: { urls: 1 }, progress: { percent: 100 } },
    });
    expect((await events.next()).done).toBe(true);
  });

  it('tells a job that has ended already once, and ends', async () => {
    const id = await waitingJob();
    await move(id, {
      state: 'failed',
      error: { code: 'internal_error', detail: 'Ours.' },
      finishedAt: new Date(),
    });
    expect(await allEvents(await open(id))).toMatchObject([
      { event: 'failed', data: { state: 'failed', error: { code: 'internal_error', detail: 'Ours.' } } },
    ]);
  });

  it('serves many listeners of one job, each the same', async () => {
    const id = await waitingJob();
    const streams = await Promise.all(Array.from({ length: 60 }, () => open(id)));
    const iterators = streams.map((stream) => stream[Symbol.asyncIterator]());
    const read = async () => Promise.all(iterators.map(next));
    await listening(60);
    const first = await read();
    await move(id, progress(50));
    const second = await read();
    await move(id, { state: 'completed', result: {}, finishedAt: new Date() });
    const third = await read();
    for (const [events, event] of [
      [first, 'progress'],
      [second, 'progress'],
      [third, 'completed'],
    ] as const) {
      expect(events).toEqual(events.map(() => events[0]));
      expect(events[0]?.event).toBe(event);
    }
    expect((await Promise.all(iterators.map((events) => events.next()))).every(({ done }) => done)).toBe(
      true,
    );
  });

  it('lets a listener go whose client has left', async () => {
    const id = await waitingJob();
    const streams = await Promise.all([open(id), open(id), open(id)]);
    await listening(3);
    streams[0].leave();
    await listening(2);
    streams[1].leave();
    streams[2].leave();
  });

  it('ends when the job is removed', async () => {
    const id = await waitingJob();
    const events = (await open(id))[Symbol.asyncIterator]();
    await next(events);
    await test.db.collection('jobs').deleteOne({ _id: new Types.ObjectId(id) });
    expect((await events.next()).done).toBe(true);
  });

  it('ends when the instance stops, so that it can', async () => {
    const other = await startTestApp({ ...test.env, ROLE: 'api' });
    const id = await waitingJob();
    const stream = await eventStream(`${other.baseUrl}/api/jobs/${id}/events`, own.apiKey);
    const events = stream[Symbol.asyncIterator]();
    await next(events);
    const [end] = await Promise.all([events.next(), other.close()]);
    expect(end.done).toBe(true);
  });
});

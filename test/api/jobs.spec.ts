import { Types } from 'mongoose';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { csvOf, handlesOf, importCsv, simpleCsv } from '../support/csv-catalogue.js';
import { allEvents, eventStream } from '../support/event-stream.js';
import { expectProblem } from '../support/problem.js';
import { nothingStored } from '../support/stored-files.js';

/** Passes the gate, which judges the first line only, and turns out to be no product CSV when it is read. */
const NO_PRODUCT_CSV = '"Not\na handle",Title\nx,y\n';

describe('jobs', () => {
  let test: TestApp;
  let own: TestShop;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
  });
  afterAll(() => test.close());

  it.each([
    ['unknown', String(new Types.ObjectId())],
    ['malformed', 'not-an-id'],
    ['too long', 'a'.repeat(200)],
    ['an operator', '{"$ne":null}'],
  ])('answers 404 for an id that is %s', async (_, id) => {
    for (const path of [
      `/api/jobs/${encodeURIComponent(id)}`,
      `/api/jobs/${encodeURIComponent(id)}/events`,
    ]) {
      expectProblem(await own.api.get(path), 404, 'job_not_found');
    }
  });

  it("answers 404 for another tenant's, and lets operators see all", async () => {
    const other = await test.newShop();
    const { id } = await importCsv(other, simpleCsv(['a']));
    for (const path of [`/api/jobs/${id}`, `/api/jobs/${id}/events`]) {
      expectProblem(await own.api.get(path), 404, 'job_not_found');
      expectProblem(await test.anonymous.get(path), 401, 'unauthenticated');
    }
    expect((await test.admin.get(`/api/jobs/${id}`)).body).toMatchObject({
      id,
      shop: other.shop,
      state: 'completed',
    });
  });

  it('tells all of a completed job and nothing of its insides', async () => {
    const { id } = await importCsv(own, simpleCsv(['a']));
    const { body } = await own.api.get(`/api/jobs/${id}`);
    expect(Object.keys(body).sort()).toEqual(
      'attempts createdAt error finishedAt id name progress result shop startedAt state'.split(' '),
    );
    expect(body).toMatchObject({ id, name: 'product.import', shop: own.shop, attempts: 1, error: null });
    const times = [body.createdAt, body.startedAt, body.finishedAt].map((time) => Date.parse(time));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('tells why a job failed, and keeps nothing of what it worked on', async () => {
    const { body } = await own.api.upload(`/api/shops/${own.shop}/products/import`, NO_PRODUCT_CSV);
    const job = await own.api.job(body.jobId);
    expect(job).toMatchObject({
      state: 'failed',
      attempts: 1, // the file will not get better
      result: null,
      error: { code: 'csv_columns', detail: expect.stringMatching(/Handle/) },
    });
    expect(job.finishedAt).toEqual(expect.any(String));
    const events = await allEvents(
      await eventStream(`${test.baseUrl}/api/jobs/${job.id}/events`, own.apiKey),
    );
    expect(events).toEqual([{ event: 'failed', data: job }]);
    await nothingStored(test.db);
  });

  it('shows how far an import is while it runs, then its end, over the stream and over the job', async () => {
    const shop = await test.newShop();
    const rows = handlesOf('p', 1, 8_000).map((handle) => ({
      Handle: handle,
      Title: handle,
      'Body (HTML)': 'A product of ours, described at length. '.repeat(10),
      'Variant Price': '1.00',
    }));
    const { body } = await shop.api.upload(`/api/shops/${shop.shop}/products/import`, csvOf(rows));
    const stream = await eventStream(`${test.baseUrl}/api/jobs/${body.jobId}/events`, shop.apiKey);
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(stream.headers.get('cache-control')).toMatch(/no-cache|no-store/);
    const events = await allEvents(stream);
    expect(events.at(-1)).toMatchObject({
      event: 'completed',
      data: { id: body.jobId, state: 'completed', result: { created: 8_000 }, progress: { percent: 100 } },
    });
    expect(events.slice(0, -1).map(({ event }) => event)).toEqual(events.slice(1).map(() => 'progress'));
    const shown = events.flatMap(({ data }) => (data.progress ? [data.progress] : []));
    const underWay = shown.filter(({ percent }) => percent < 100);
    expect(underWay.length).toBeGreaterThan(0);
    for (const { done, total, unit } of underWay)
      expect([done > 0, done <= total, unit]).toEqual([true, true, 'bytes']);
    expect(shown.map(({ percent }) => percent)).toEqual(
      shown.map(({ percent }) => percent).toSorted((a, b) => a - b),
    );
    expect((await shop.api.get(`/api/jobs/${body.jobId}`)).body).toEqual(events.at(-1)?.data);
  });
});

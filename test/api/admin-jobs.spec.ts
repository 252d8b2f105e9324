import { Types } from 'mongoose';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/problem.js';
import { PageClient } from '../support/page-client.js';
import { testJob } from '../support/test-jobs.js';
import { QueueRegistry } from '../../src/platform/queue/queue-registry.js';
import { JobsService } from '../../src/platform/queue/jobs.service.js';

const LETTERS = '/admin/jobs/dead-letters';
const RETENTION = '/admin/jobs/schedules/jobs.retention';

let broken = true;
/** Given up at its first try as long as nobody can read its payload. */
const failing = testJob('test.failing', 'email-notifications', () => Promise.resolve({ mended: true }), {
  version: 2,
  upgrades: {
    get 1() {
      return broken ? undefined : (payload: object) => payload;
    },
  } as never,
});

describe('the page of jobs', () => {
  let test: TestApp;
  let own: TestShop;
  let operator: PageClient;
  beforeAll(async () => {
    test = await startTestApp({}, [failing.module]);
    own = await test.newShop();
    operator = await new PageClient(test.baseUrl).login();
  });
  afterAll(() => test.close());

  const jobs = () => test.db.collection('jobs');
  const schedule = async (name: string) =>
    (await test.admin.get('/api/admin/schedules')).body.data.find((one: any) => one.name === name);

  /** A job that was given up. */
  async function dead(payload: object): Promise<string> {
    const service = test.app.get(JobsService);
    const job = await service.record(failing.type, payload, { shop: own.shop });
    const { id } = job;
    await jobs().updateOne({ _id: new Types.ObjectId(id) }, { $set: { payloadVersion: 1 } });
    service.release([job]);
    await eventually(async () => {
      const job = await jobs().findOne({ _id: new Types.ObjectId(id) });
      expect(job?.['deadAt']).toBeInstanceOf(Date);
    });
    return id;
  }

  it('shows every queue and every schedule that the API tells of', async () => {
    const { status, text } = await operator.get('/admin/jobs');
    expect(status).toBe(200);
    const { data: queues } = (await test.admin.get('/api/admin/queues')).body;
    const { data: schedules } = (await test.admin.get('/api/admin/schedules')).body;
    expect(schedules.length).toBeGreaterThan(5);
    for (const { queue } of queues) expect(text).toContain(`<th scope="row">${queue}</th>`);
    for (const { name, description } of schedules) {
      expect(text).toContain(`href="/admin/jobs/schedules/${name}"`);
      expect(text).toContain(description.replaceAll("'", '&#39;'));
    }
  });

  it('starts a schedule now, as the operator, and shows how it went', async () => {
    const started = await operator.submit('/admin/jobs', `${RETENTION}/run`, { dryRun: 'true' });
    expect(started.status).toBe(303);
    expect(started.headers.get('location')).toBe(`${RETENTION}?done=started`);
    await eventually(async () => {
      expect((await schedule('jobs.retention')).lastRun.state).toBe('completed');
    });
    const { lastRun } = await schedule('jobs.retention');
    expect(lastRun.trigger).toEqual({ kind: 'operator', by: expect.stringMatching(/^account:/) });
    expect(lastRun.result).toEqual({ removed: 0 });
    const { text } = await operator.get(`${RETENTION}/runs`);
    expect(text).toContain('<span class="badge completed">completed</span>');
    expect(text).toContain(lastRun.trigger.by);
    expect(text).toContain('dry run: removed 0');
    expect((await operator.get('/admin/jobs')).text).toContain('aria-label="Durations of the last 1 runs');
  });

  it('pauses a schedule and lets it go on', async () => {
    await operator.submit('/admin/jobs', `${RETENTION}/pause`);
    expect((await schedule('jobs.retention')).pausedAt).not.toBeNull();
    const paused = await operator.get(RETENTION);
    expect(paused.text).toContain('Resume');
    await operator.submit(RETENTION, `${RETENTION}/resume`);
    expect((await schedule('jobs.retention')).pausedAt).toBeNull();
  });

  it('refuses a dry run of what has none, and a schedule that is not there, with a page', async () => {
    const refused = await operator.submit('/admin/jobs', '/admin/jobs/schedules/quota.reconcile/run', {
      dryRun: 'true',
    });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('has no dry run');
    const missing = await operator.get('/admin/jobs/schedules/%3Cb%3Enothing');
    expect(missing.status).toBe(404);
    expect(missing.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(missing.text).toContain('&lt;b&gt;nothing');
  });

  it('shows a job that was given up without its secrets, runs it again, lets it go', async () => {
    const payload = {
      order: 7,
      note: '<script>alert(1)</script>',
      apiKey: 'ent_live_abc',
      email: 'a@b.example',
    };
    const id = await dead(payload);
    await eventually(async () => {
      expect((await operator.get('/admin/jobs/queues')).text).toContain(
        `href="${LETTERS}?queue=email-notifications"`,
      );
    });
    const list = await operator.get(`${LETTERS}?queue=email-notifications`);
    expect(list.text).toContain(`href="${LETTERS}/${id}"`);
    expect((await operator.get(`${LETTERS}?queue=events`)).text).not.toContain(id);

    const { text } = await operator.get(`${LETTERS}/${id}`);
    expect(text).toContain('&quot;order&quot;: 7');
    expect(text).not.toMatch(/ent_live_abc|a@b\.example|<script>alert/);

    broken = false;
    const replayed = await operator.submit(`${LETTERS}/${id}`, `${LETTERS}/${id}/replay`);
    expect(replayed.headers.get('location')).toBe(`${LETTERS}?done=replayed`);
    expect((await own.api.job(id)).result).toEqual({ mended: true });
    const gone = await operator.submit('/admin/jobs', `${LETTERS}/${id}/replay`);
    expect(gone.status).toBe(404);

    broken = true;
    const other = await dead({ order: 8 });
    await operator.submit(`${LETTERS}/${other}`, `${LETTERS}/${other}/discard`);
    expect((await operator.get(`${LETTERS}/${other}`)).status).toBe(404);
    expect(await test.db.collection('audit_events').countDocuments({ resourceId: other })).toBeGreaterThan(0);
  });

  it('runs all again that were given up, of the queue it shows, each on record', async () => {
    const ids = [await dead({ order: 1 }), await dead({ order: 2 })];
    const elsewhere = new Types.ObjectId();
    const { _id, ...like } = (await jobs().findOne({ _id: new Types.ObjectId(ids[0]) }))!;
    await jobs().insertOne({ ...like, _id: elsewhere, queue: 'events' });
    broken = false;
    const list = `${LETTERS}?queue=email-notifications`;
    const wrong = await operator.submit(list, `${LETTERS}/replay`, { queue: 'nonsense' });
    expect(wrong.status).toBe(400);
    const replayed = await operator.submit(list, `${LETTERS}/replay`, { queue: 'email-notifications' });
    expect(replayed.headers.get('location')).toBe(`${list}&done=all-replayed`);
    for (const id of ids) expect((await own.api.job(id)).state).toBe('completed');
    const { text } = await operator.get(`${list}&done=all-replayed`);
    expect(text).toContain('Queued again, each with all its tries.');
    expect(text).not.toContain('Run all again'); // none is left
    expect((await operator.get(LETTERS)).text).toContain(String(elsewhere));
    for (const id of ids)
      expect(
        await test.db.collection('audit_events').countDocuments({ resourceId: id, action: 'replayed' }),
      ).toBe(1);
    await jobs().deleteOne({ _id: elsewhere });
    broken = true;
  });

  it('the board shows what Valkey holds, without secrets, and changes nothing', async () => {
    const queue = test.app.get(QueueRegistry).get('events');
    const data = { order: 41, apiKey: 'not for the eyes', note: 'ent_live_abc of a@b.example' };
    const job = await queue.add('test.shown', data, { delay: 3_600_000 });
    const board = '/admin/queues/api/queues';
    const { status, body, headers } = await operator.get(`${board}?activeQueue=events&status=delayed`);
    expect(status).toBe(200);
    const events = body.queues.find(({ name }: { name: string }) => name === 'events');
    expect(events.readOnlyMode).toBe(true);
    expect(events.jobs).toHaveLength(1);
    expect(events.jobs[0].data).toMatchObject({ order: 41 });
    expect(JSON.stringify(body)).not.toMatch(/not for the eyes|ent_live_abc|a@b\.example/);
    expect(headers.get('cache-control')).toBe('no-store');
    const page = await operator.get('/admin/queues');
    expect(page.text).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    for (const path of [
      `${board}/events/${String(job.id)}/retry`,
      `${board}/events/empty`,
      `${board}/pause`,
    ]) {
      const cookie = [...operator.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const refused = await test.anonymous.call('PUT', path, { headers: { cookie } });
      expectProblem(refused, 405, 'method_not_allowed');
    }
    expect(await queue.getDelayedCount()).toBe(1);
    await job.remove();
  });

  it('turns the pages of what was given up', async () => {
    const ids = [await dead({ order: 1 }), await dead({ order: 2 })].reverse();
    const first = await operator.get(`${LETTERS}?limit=1`);
    expect(first.text).toContain(ids[0]);
    expect(first.text).not.toContain(ids[1]);
    const older = /href="(\?[^"]*cursor=[^"]+)">Older/.exec(first.text)![1]!.replaceAll('&amp;', '&');
    const second = await operator.get(`${LETTERS}${older}&limit=1`);
    expect(second.text).toContain(ids[1]);
    expect((await operator.get(`${LETTERS}?cursor=x`)).status).toBe(400);
  });
});

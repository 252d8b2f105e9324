import { setTimeout as sleep } from 'node:timers/promises';
import { AccountsService } from '../../src/modules/identity/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { freshAddress, ProxiedClient } from '../support/from-address.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { expectProblem } from '../support/problem.js';

const PATH = '/api/admin/throttling-overrides';
/** In force everywhere within this time. */
const PROMISE_MS = 1_000;

/** How long behind its answer a request is counted, on a busy machine. */
const COUNTED_BEHIND_MS = 100;

describe('throttling overrides', () => {
  let test: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    const env = { ...DEFAULT_LIMITS, LIMIT_ADMIN_PER_MIN: '100000', TRUSTED_PROXIES: '127.0.0.1/32' };
    test = await startTestApp(env);
    other = await startTestApp({ ...env, ...test.env });
  });
  afterAll(async () => {
    await other.close();
    await test.close();
  });

  const here = (address: string, credentials?: string) =>
    new ProxiedClient(test.baseUrl, address, credentials);
  const there = (address: string, credentials?: string) =>
    new ProxiedClient(other.baseUrl, address, credentials);
  const input = (subject: string, more: object = {}) => ({
    ...{ subjectKind: 'ip', subject, action: 'limit', limit: 3, windowSeconds: 60, reason: 'test' },
    ...more,
  });
  const put = async (subject: string, more: object = {}): Promise<Answer['body']> => {
    const { status, body, text } = await test.admin.post(PATH, input(subject, more));
    if (status !== 201) throw new Error(`${status} ${text}`);
    return body;
  };
  const exempt = { action: 'exempt', limit: null, windowSeconds: null };
  const block = { action: 'block', limit: null, windowSeconds: null };
  const policy = ({ headers }: Answer) => headers.get('ratelimit-policy');

  it('are made, read, listed, changed and removed', async () => {
    const subject = '100.64.7.9/24';
    const made = await test.admin.post(PATH, input(subject, { expiresAt: '2099-01-01T00:00:00Z' }));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...{
        subjectKind: 'ip',
        subject: subject.replace(/\d+\/24$/, '0/24'),
        action: 'limit',
        limit: 3,
        windowSeconds: 60,
      },
      ...{
        reason: 'test',
        createdBy: expect.stringMatching(/^account:/),
        expiresAt: '2099-01-01T00:00:00.000Z',
        version: 1,
      },
    });
    const path = made.headers.get('location')!;
    expect(path).toBe(`${PATH}/${made.body.id}`);
    expect(made.headers.get('etag')).toBe('"1"');
    expect((await test.admin.get(path)).body).toEqual(made.body);
    const list = await test.admin.get(`${PATH}?subjectKind=ip&subject=${encodeURIComponent(subject)}`);
    expect(list.body).toMatchObject({ data: [made.body], page: { total: 1, hasMore: false } });

    const changed = await test.admin.patch(path, { action: 'exempt' }, { headers: { 'if-match': '"1"' } });
    expect(changed.body).toMatchObject({ action: 'exempt', limit: null, windowSeconds: null, version: 2 });
    expectProblem(
      await test.admin.patch(path, { reason: 'late' }, { headers: { 'if-match': '"1"' } }),
      412,
      'version_mismatch',
    );
    expectProblem(await test.admin.patch(path, { action: 'limit' }), 400, 'validation_failed');

    expectProblem(await test.admin.post(PATH, input(subject)), 409, 'throttling_override_exists');
    expect((await test.admin.delete(path)).status).toBe(204);
    expectProblem(await test.admin.delete(path), 404, 'throttling_override_not_found');
    expectProblem(await test.admin.get(path), 404, 'throttling_override_not_found');
    expect((await test.admin.post(PATH, input(subject))).status).toBe(201);
  });

  it.each([
    ['no address', { subject: 'example.com' }],
    ['a short address', { subject: '127.1' }],
    ['a prefix too long', { subject: '192.0.2.0/33' }],
    ['no shop', { subjectKind: 'tenant', subject: 'not a shop' }],
    ['an operator object', { subjectKind: 'user', subject: { $ne: null } }],
    ['a limit without window', { windowSeconds: null }],
    ['a window without limit', { limit: null }],
    ['a limit of nothing', { limit: 0 }],
    ['an exemption with a limit', { action: 'exempt' }],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['no reason', { reason: '' }],
    ['an unknown kind', { subjectKind: 'planet' }],
    ['an unknown field', { colour: 'red' }],
  ])('refuse %s', async (_name, more) => {
    expectProblem(await test.admin.post(PATH, input(freshAddress(), more)), 400, 'validation_failed');
  });

  it('are for operators only', async () => {
    const { api } = await test.newShop();
    expectProblem(await api.get(PATH), 403, 'forbidden');
    expectProblem(await api.post(PATH, input(freshAddress())), 403, 'forbidden');
    expectProblem(await test.anonymous.get(PATH), 401, 'unauthenticated');
  });

  it('do not let an operator block itself', async () => {
    expectProblem(await test.admin.post(PATH, input('127.0.0.0/8', block)), 400, 'validation_failed');
  });

  it('limit an address at once here, and within a second on another instance', async () => {
    const address = freshAddress();
    await put(address);
    expect(policy(await here(address).get('/api/plans'))).toBe('"override";q=3;w=60');
    await eventually(async () => {
      expect(policy(await there(address).get('/api/plans'))).toBe('"override";q=3;w=60');
    }, PROMISE_MS);
    await here(address).get('/api/plans');
    expectProblem(await there(address).get('/api/plans'), 429, 'rate_limited');
  });

  it('limit each address of a network for itself', async () => {
    await put('203.0.113.0/24', { limit: 2 });
    for (const address of ['203.0.113.1', '203.0.113.2']) {
      const answers = [
        await here(address).get('/api/plans'),
        await here(address).get('/api/plans'),
        await here(address).get('/api/plans'),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    }
  });

  it('exempt a shop from its plan, and end with their removal', async () => {
    const { shop, apiKey } = await test.newShop({ plan: 'starter' });
    const { id } = await put(shop, { subjectKind: 'tenant', ...exempt });
    const read = () => here(freshAddress(), apiKey).get(`/api/shops/${shop}`);
    for (let sent = 0; sent < 150; sent += 25) {
      const answers = await Promise.all(Array.from({ length: 25 }, read));
      expect(answers.every(({ status, headers }) => status === 200 && !headers.has('ratelimit'))).toBe(true);
    }
    await test.admin.delete(`${PATH}/${id}`);
    expect(policy(await read())).toMatch(/^"plan";/);
  });

  it('limit one key of a shop, not the other', async () => {
    const { shop, apiKey, api } = await test.newShop({ plan: 'starter' });
    const { body: second } = await api.post(`/api/shops/${shop}/api-keys`, {
      name: 'second',
      scopes: ['shops:read'],
    });
    await put(second.id, { subjectKind: 'key' });
    const read = (key: string) => here(freshAddress(), key).get(`/api/shops/${shop}`);
    expect(policy(await read(second.secret))).toBe('"override";q=3;w=60');
    expect(policy(await read(apiKey))).toMatch(/^"plan";/);
  });

  it('block an account on every instance, and say so', async () => {
    const { email, password, id } = await merchant(test);
    const { body } = await here(freshAddress()).post('/api/auth/login', { email, password });
    const read = (client: ProxiedClient) => client.get('/api/auth/sessions');
    const client = there(freshAddress(), body.accessToken);
    expect((await read(client)).status).toBe(200);
    const { id: override } = await put(id, {
      subjectKind: 'user',
      ...block,
      expiresAt: '2099-01-01T00:00:00Z',
    });
    await eventually(async () => {
      const answer = await read(client);
      expectProblem(answer, 403, 'caller_blocked');
      expect(answer.body.detail).toContain('2099-01-01');
    }, PROMISE_MS);
    await test.admin.delete(`${PATH}/${override}`);
    await eventually(async () => {
      expect((await read(client)).status).toBe(200);
    }, PROMISE_MS);
  });

  it('end when they expire, and leave the subject free', async () => {
    const address = freshAddress();
    await put(address, { ...block, expiresAt: new Date(Date.now() + 1_500).toISOString() });
    expectProblem(await here(address).get('/api/plans'), 403, 'caller_blocked');
    await eventually(async () => {
      expect((await here(address).get('/api/plans')).status).toBe(200);
    });
    await put(address);
    expect(policy(await here(address).get('/api/plans'))).toBe('"override";q=3;w=60');
    const { expireAfterSeconds } = (await test.db.collection('throttling_overrides').indexes()).find(
      ({ name }) => name === 'expiresAt',
    )!;
    expect(expireAfterSeconds).toBe(0);
  });

  it('hold callers to their limits over ten windows and two instances, within two in a hundred', async () => {
    // of the larger, a request may be answered before it is counted, and counts up to a 60th of the window longer
    await Promise.all([60, 100].map(holdTo));
  });

  async function holdTo(limit: number): Promise<void> {
    const address = freshAddress();
    const [windowMs, windows] = [3_000, 10];
    await put(address, { limit, windowSeconds: windowMs / 1000 });
    await eventually(async () => {
      expect(policy(await there(address).get('/api/plans'))).toContain('override');
    }, PROMISE_MS);
    const accepted: Asked[] = [];
    const refused: Asked[] = [];
    const until = performance.now() + (windows + 1) * windowMs;
    const ask = async (client: ProxiedClient): Promise<void> => {
      while (performance.now() < until) {
        const from = performance.now();
        const { status } = await client.get('/api/plans');
        (status === 200 ? accepted : refused).push({ from, to: performance.now() });
        await sleep(4); // hundreds of requests a window are plenty
      }
    };
    await Promise.all([here(address), there(address), here(address), there(address)].map(ask));
    const end = until - 20;
    const start = end - windows * windowMs;
    const counted = accepted.filter(({ to }) => to > start && to <= end).length;
    if (limit <= 60) expect(counted).toBeGreaterThanOrEqual(limit * windows * 0.98);
    expect(counted).toBeLessThanOrEqual(limit * windows * 1.02);
    // and it is refused only when its window is full
    const slack = COUNTED_BEHIND_MS + windowMs / 60;
    for (const refusal of refused.filter(({ from }) => from > until - windows * windowMs)) {
      const since = refusal.from - windowMs - slack;
      const within = accepted.filter(({ from, to }) => to > since && from <= refusal.to);
      expect(within.length).toBeGreaterThanOrEqual(limit);
    }
  }
});

/** A request is counted at a moment between these, or a little behind its answer. */
interface Asked {
  from: number;
  to: number;
}

async function merchant(test: TestApp): Promise<{ email: string; password: string; id: string }> {
  const [email, password] = ['merchant@example.com', 'a fine and long pass phrase'];
  const { _id } = await test.app.get(AccountsService).put(email, password, 'merchant');
  return { email, password, id: String(_id) };
}

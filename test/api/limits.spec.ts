import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, ApiClient } from '../support/client.js';
import { freshAddress, ProxiedClient } from '../support/from-address.js';
import { DEFAULT_LIMITS } from '../support/limits.js';
import { expectProblem } from '../support/problem.js';

const LOGIN = '/api/auth/login';
const PASSWORD = 'correct horse battery';

describe('rate limits', () => {
  let test: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    const env = {
      ...DEFAULT_LIMITS,
      LIMIT_ADMIN_PER_MIN: '150',
      LIMIT_PUBLIC_PER_MIN: '120',
      TRUSTED_PROXIES: '127.0.0.1/32',
    };
    test = await startTestApp(env);
    other = await startTestApp({ ...env, ...test.env });
  });
  afterAll(async () => {
    await other.close();
    await test.close();
  });

  const from = (address: string, credentials?: string) => [
    new ProxiedClient(test.baseUrl, address, credentials),
    new ProxiedClient(other.baseUrl, address, credentials),
  ];

  /** Sends `count` requests, in turns to each client and many at once; gives the answers. */
  async function send(
    count: number,
    clients: ApiClient[],
    call: (client: ApiClient) => Promise<Answer>,
  ): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let sent = 0; sent < count; sent += 20) {
      const batch = Array.from({ length: Math.min(20, count - sent) }, (_, at) =>
        call(clients[at % clients.length]!),
      );
      answers.push(...(await Promise.all(batch)));
    }
    return answers;
  }

  const refused = (answers: Answer[]) => answers.filter(({ status }) => status === 429);

  /** Exactly `limit` of some more requests are let through, on two instances together. */
  async function expectLimit(
    limit: number,
    policy: string,
    clients: ApiClient[],
    call: (client: ApiClient) => Promise<Answer>,
  ) {
    const answers = await send(limit + 7, clients, call);
    expect(answers.length - refused(answers).length).toBe(limit);
    const last = await call(clients[0]!);
    expectProblem(last, 429, 'rate_limited');
    expect(last.headers.get('ratelimit')).toMatch(new RegExp(`^"${policy}";r=0;t=\\d+`));
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  }

  it('lets an address without credentials ask 100 times in 15 minutes, on all instances together', async () => {
    await expectLimit(100, 'anonymous', from(freshAddress()), (client) => client.get('/api/plans'));
  });

  it('says in the draft standard headers what is allowed, what is left and when more is', async () => {
    const [client] = from(freshAddress());
    const first = await client!.get('/api/plans');
    expect(first.headers.get('ratelimit-policy')).toBe('"anonymous";q=100;w=900');
    expect(first.headers.get('ratelimit')).toMatch(/^"anonymous";r=99;t=90[01]$/);
    expect(first.headers.get('retry-after')).toBeNull();
    const second = await client!.get('/api/plans');
    expect(second.headers.get('ratelimit')).toMatch(/^"anonymous";r=98;t=(900|899)$/);
  });

  it('counts wrong credentials against the address, with what it asks without any', async () => {
    const address = freshAddress();
    const path = '/api/shops/nobody.myshopify.com';
    const anonymous = from(address);
    const forged = from(address, 'ent_live_' + 'x'.repeat(43));
    const garbage = from(address, 'not a token at all'.replaceAll(' ', '.'));
    for (const clients of [anonymous, forged, garbage]) {
      const answers = await send(30, clients, (client) => client.get(path));
      expect(answers.every(({ status }) => status === 401)).toBe(true);
    }
    await expectLimit(10, 'anonymous', [...forged, ...anonymous], (client) => client.get(path));
    // others are not concerned
    expect((await from(freshAddress())[0]!.get(path)).status).toBe(401);
  });

  it('takes the addresses of one IPv6 /64 for one caller', async () => {
    const call = (host: string) => new ProxiedClient(test.baseUrl, host).get('/api/plans');
    const prefix = `2001:db8:${process.pid.toString(16)}:1`;
    const answers = await Promise.all(
      Array.from({ length: 105 }, (_, at) => call(`${prefix}::${at.toString(16)}`)),
    );
    expect(refused(answers)).toHaveLength(5);
    expect((await call(`2001:db8:${process.pid.toString(16)}:2::1`)).status).toBe(200);
  });

  it('lets a shop ask as often as its plan says, all its keys together, and a tenth more for once', async () => {
    const { shop, apiKey, api } = await test.newShop({ plan: 'starter' });
    const made = await api.post(`/api/shops/${shop}/api-keys`, { name: 'second', scopes: ['shops:read'] });
    expect(made.status).toBe(201);
    const clients = [...from(freshAddress(), apiKey), ...from(freshAddress(), made.body.secret)];
    const { body: plan } = await test.admin.get('/api/plans/starter');
    const limit: number = plan.limits.requestsPerMinute;
    const burst = Math.floor(limit / 10);

    const answer = await clients[0]!.get(`/api/shops/${shop}`);
    expect(answer.headers.get('ratelimit-policy')).toBe(
      `"plan";q=${limit};w=60, "plan-burst";q=${burst};w=600`,
    );
    expect(answer.headers.get('ratelimit')).toContain(`"plan-burst";r=${burst}`);
    await expectLimit(limit + burst - 2, 'plan', clients, (client) => client.get(`/api/shops/${shop}`));

    const neighbour = await test.newShop({ plan: 'starter' });
    expect((await neighbour.api.get(`/api/shops/${neighbour.shop}`)).status).toBe(200);
  });

  it('lets an operator ask more often, from wherever', async () => {
    const login = await new ProxiedClient(test.baseUrl, freshAddress()).post(LOGIN, {
      email: 'admin@example.com',
      password: PASSWORD,
    });
    const clients = [
      ...from(freshAddress(), login.body.accessToken),
      ...from(freshAddress(), login.body.accessToken),
    ];
    const before = Number(
      /r=(\d+)/.exec((await clients[0]!.get('/api/shops')).headers.get('ratelimit')!)![1],
    );
    await expectLimit(before, 'admin', clients, (client) => client.get('/api/shops'));
  });

  it('counts a known caller by who it is on a public route too', async () => {
    const { apiKey } = await test.newShop({ plan: 'starter' });
    const [client] = from(freshAddress(), apiKey);
    expect((await client!.get('/api/plans')).headers.get('ratelimit-policy')).toMatch(/^"plan";/);
    expect((await client!.as('ent_live_nonsense').get('/api/plans')).status).toBe(200);
  });

  it('gives public files a limit of their own', async () => {
    const { shop } = await test.newShop();
    const address = freshAddress();
    await expectLimit(120, 'public', from(address), (client) => client.get(`/sitemaps/${shop}/sitemap.xml`));
    expect((await from(address)[0]!.get('/api/plans')).status).toBe(200);
  });

  it('never limits probes, metrics and the description', async () => {
    const address = freshAddress();
    const clients = from(address);
    await send(101, clients, (client) => client.get('/api/plans'));
    for (const path of [
      '/health/live',
      '/health/ready',
      '/health/startup',
      '/health',
      '/metrics',
      '/api/docs',
    ]) {
      const answers = await send(4, clients, (client) => client.get(path));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(answers[0]!.headers.get('ratelimit')).toBeNull();
    }
  });

  describe('log-in', () => {
    const wrong = (client: ApiClient, email: string) => client.post(LOGIN, { email, password: 'wrong' });
    const right = (client: ApiClient) =>
      client.post(LOGIN, { email: 'admin@example.com', password: PASSWORD });
    const email = () => `nobody-${Math.random().toString(36).slice(2)}@example.com`;

    it('fails five times in 15 minutes for an account from an address, and then not even rightly', async () => {
      const clients = from(freshAddress());
      const account = email();
      const answers = await send(9, clients, (client) => wrong(client, account));
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
      expect(refused(answers)).toHaveLength(4);
      const last = await wrong(clients[0]!, account.toUpperCase());
      expectProblem(last, 429, 'rate_limited');
      expect(last.headers.get('ratelimit-policy')).toBe('"anonymous";q=100;w=900, "credentials";q=5;w=900');
      // another account, and the same account from another address, are not concerned
      expectProblem(await wrong(clients[0]!, email()), 401, 'invalid_credentials');
      expectProblem(await wrong(from(freshAddress())[0]!, account), 401, 'invalid_credentials');
    });

    it('does not count successes', async () => {
      const clients = from(freshAddress());
      for (let failures = 0; failures < 4; failures++)
        expect((await wrong(clients[0]!, 'admin@example.com')).status).toBe(401);
      for (let successes = 0; successes < 12; successes++)
        expect((await right(clients[successes % 2]!)).status).toBe(200);
      expect((await wrong(clients[0]!, 'admin@example.com')).status).toBe(401);
      expectProblem(await right(clients[1]!), 429, 'rate_limited');
    });

    it('counts every attempt against the address, so that many accounts cannot be tried', async () => {
      const clients = from(freshAddress());
      const answers = await send(104, clients, (client) => wrong(client, email()));
      expect(refused(answers)).toHaveLength(4);
    });

    it('counts registrations that are refused', async () => {
      const clients = from(freshAddress());
      const account = email();
      const answers = await send(8, clients, (client) =>
        client.post('/api/auth/register', { email: account, password: 'x' }),
      );
      expect(answers.filter(({ status }) => status === 400)).toHaveLength(5);
      expect(refused(answers)).toHaveLength(3);
    });

    it('bears any body', async () => {
      for (const json of [[], 'text', 7, null, { email: 7 }, { email: { $ne: null } }]) {
        expect((await from(freshAddress())[0]!.post(LOGIN, json)).status).toBe(400);
      }
    });
  });

  it('tells in the metrics what was refused', async () => {
    const { text } = await test.anonymous.get('/metrics');
    expect(text).toMatch(/^entrepot_limited_requests_total\{policy="anonymous"\} [1-9]/m);
    expect(text).toMatch(/^entrepot_limited_requests_total\{policy="credentials"\} [1-9]/m);
    expect(text).toMatch(/^entrepot_limiter_mode 0$/m);
    const { body } = await test.anonymous.get('/health');
    expect(body.details.limits).toEqual({ status: 'up', degraded: false, mode: 'redis' });
  });
});

describe('rate limits that are off', () => {
  it('hold nobody and say nothing', async () => {
    const test = await startTestApp({
      ...DEFAULT_LIMITS,
      LIMITS_ENABLED: 'false',
      LIMIT_ANONYMOUS_PER_15_MIN: '1',
    });
    try {
      for (let n = 0; n < 3; n++) {
        const { status, headers } = await test.anonymous.get('/api/plans');
        expect([status, headers.get('ratelimit')]).toEqual([200, null]);
      }
    } finally {
      await test.close();
    }
  });
});

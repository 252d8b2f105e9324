import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, Entrepot, type Tokens } from '../../clients/typescript/src/index.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** What stands between client and service: answers by itself what `answer` gives, hands on the rest. */
class Between {
  readonly seen: { method: string; path: string; key: string | null }[] = [];
  answer: (request: Request, nth: number) => Response | 'cut' | undefined = () => undefined;

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const path = new URL(request.url).pathname;
    this.seen.push({ method: request.method, path, key: request.headers.get('idempotency-key') });
    const own = this.answer(request, this.seen.length);
    if (own === 'cut') throw new TypeError('fetch failed');
    return own ?? fetch(request);
  };
}

const passing = (status: number, retryAfter = '0') =>
  new Response(null, { status, headers: { 'retry-after': retryAfter } });
const forbidden = { code: 'unauthenticated' };

describe('resilience of the TypeScript client', () => {
  let test: TestApp;
  let shop: string;
  let apiKey: string;
  beforeAll(async () => {
    test = await startTestApp();
    ({ shop, apiKey } = await test.newShop());
  });
  afterAll(() => test.close());

  const client = (between: Between, more: object = {}) =>
    new Entrepot({ baseUrl: test.baseUrl, apiKey, fetch: between.fetch, ...more });
  const create = (entrepot: Entrepot, title: string) =>
    entrepot.createProduct({ path: { shop }, body: { title } });

  it('repeats a POST under one Idempotency-Key when its answer is lost: the work is done once', async () => {
    const between = new Between();
    const entrepot = client(between, {
      fetch: async (request: Request) => {
        const answer = await between.fetch(request);
        if (between.seen.length > 1) return answer;
        await answer.text();
        throw new TypeError('the connection was lost');
      },
    });
    const { data, response } = await create(entrepot, 'Once');
    expect(response.headers.get('idempotent-replayed')).toBe('true');
    expect(await test.db.collection('products').countDocuments({ shop, title: 'Once' })).toBe(1);
    expect(data.title).toBe('Once');
    expect(between.seen).toHaveLength(2);
    expect(between.seen[0]?.key).toMatch(/^[\da-f-]{36}$/);
    expect(between.seen[1]?.key).toBe(between.seen[0]?.key);
  });

  it('repeats an upload, file and all', async () => {
    const between = new Between();
    between.answer = (_, nth) => (nth === 1 ? passing(503) : undefined);
    const entrepot = client(between);
    const { data } = await entrepot.importProducts({
      path: { shop },
      body: { file: new Blob(['Handle,Title\nrepeated,Repeated\n'], { type: 'text/csv' }) },
    });
    expect(await entrepot.jobResult(data.jobId)).toMatchObject({ created: 1 });
  });

  it.each([429, 502, 503, 504])('asks again after a %i', async (status) => {
    const between = new Between();
    between.answer = (_, nth) => (nth < 3 ? passing(status) : undefined);
    expect((await client(between).getShop({ path: { shop } })).data.shop).toBe(shop);
    expect(between.seen).toHaveLength(3);
  });

  it('gives up after the tries it was given', async () => {
    const between = new Between();
    between.answer = () => passing(503);
    const call = client(between, { retry: { attempts: 2 } }).getShop({ path: { shop } });
    await expect(call).rejects.toMatchObject({ status: 503, code: 'unknown', retryAfterSeconds: 0 });
    expect(between.seen).toHaveLength(3);
  });

  it('waits for no server that asks for more than it may', async () => {
    const between = new Between();
    between.answer = () => passing(429, '3600');
    const call = client(between).getShop({ path: { shop } });
    await expect(call).rejects.toMatchObject({ status: 429, retryAfterSeconds: 3600 });
    expect(between.seen).toHaveLength(1);
  });

  it('repeats no PATCH that may have been done, but one that was refused before', async () => {
    const between = new Between();
    between.answer = (_, nth) => (nth === 1 ? passing(503) : undefined);
    const rename = () => client(between).updateShop({ path: { shop }, body: { name: 'Renamed' } });
    await expect(rename()).rejects.toBeInstanceOf(ApiError);
    expect(between.seen).toHaveLength(1);
    between.answer = (_, nth) => (nth === 2 ? passing(429) : undefined);
    expect((await rename()).data.name).toBe('Renamed');
    expect(between.seen).toHaveLength(3);
  });

  it('stops waiting when the caller gives up', async () => {
    const between = new Between();
    between.answer = () => passing(503, '20');
    const giving = new AbortController();
    const call = client(between).getShop({ path: { shop }, signal: giving.signal });
    giving.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });

  it('takes up the limit of the service itself', async () => {
    const reason = 'of the client';
    const { data: keys } = await client(new Between()).listApiKeys({ path: { shop } });
    const subject = keys.data[0]!.id;
    const limit = { subjectKind: 'key', subject, action: 'limit', limit: 2, windowSeconds: 1, reason };
    const { body } = await test.admin.post('/api/admin/throttling-overrides', limit);
    try {
      const between = new Between();
      const names = await Promise.all(
        Array.from({ length: 5 }, () =>
          client(between, { retry: { attempts: 20 } }).getShop({ path: { shop } }),
        ),
      );
      expect(names.map(({ data }) => data.shop)).toEqual(Array(5).fill(shop));
      expect(between.seen.length).toBeGreaterThan(5);
    } finally {
      await test.admin.delete(`/api/admin/throttling-overrides/${body.id}`);
    }
  });

  describe('of a session', () => {
    const expired = (token: string) => `${token.slice(0, -4)}AAAA`;
    let tokens: Tokens;
    beforeEach(async () => {
      tokens = await new Entrepot({ baseUrl: test.baseUrl }).logIn(
        'admin@example.com',
        'correct horse battery',
      );
    });

    it('renews an access token that is refused, once for all requests that meet it', async () => {
      const between = new Between();
      const kept: (Tokens | undefined)[] = [];
      const entrepot = new Entrepot({
        baseUrl: test.baseUrl,
        tokens: { ...tokens, accessToken: expired(tokens.accessToken) },
        onTokens: (renewed) => kept.push(renewed),
        fetch: between.fetch,
      });
      const answers = await Promise.all([
        ...Array.from({ length: 8 }, () => entrepot.getAccount()),
        entrepot.createPlan({ body: plan('renewed') }),
      ]);
      expect(answers.map(({ response }) => response.status)).toEqual([...Array(8).fill(200), 201]);
      expect(between.seen.filter(({ path }) => path === '/api/auth/refresh')).toHaveLength(1);
      expect(kept).toEqual([entrepot.tokens]);
      expect(entrepot.tokens?.refreshToken).not.toBe(tokens.refreshToken);
      const [first, second] = between.seen.filter(({ path }) => path === '/api/plans');
      expect(second?.key).toBe(first?.key);
    });

    it('keeps the tokens when the server cannot be asked for new ones', async () => {
      const between = new Between();
      between.answer = ({ url }) => (url.endsWith('/refresh') ? 'cut' : undefined);
      const before = { ...tokens, accessToken: expired(tokens.accessToken) };
      const entrepot = new Entrepot({ baseUrl: test.baseUrl, tokens: before, fetch: between.fetch });
      await expect(entrepot.getAccount()).rejects.toThrow('fetch failed');
      expect(entrepot.tokens).toEqual(before);
      between.answer = () => undefined;
      expect((await entrepot.getAccount()).data.role).toBe('admin');
    });

    it('ends when its refresh token is void', async () => {
      await new Entrepot({ baseUrl: test.baseUrl, tokens }).logOut();
      const kept: unknown[] = [];
      const entrepot = new Entrepot({ baseUrl: test.baseUrl, tokens, onTokens: (now) => kept.push(now) });
      await expect(entrepot.getAccount()).rejects.toMatchObject(forbidden);
      expect(kept).toEqual([undefined]);
    });

    it('leaves credentials alone that the caller gave itself', async () => {
      const entrepot = new Entrepot({ baseUrl: test.baseUrl, tokens });
      const call = entrepot.getAccount({ auth: 'foreign' });
      await expect(call).rejects.toMatchObject(forbidden);
      expect(entrepot.tokens).toEqual(tokens);
    });
  });

  describe('of a watched job', () => {
    const job = (state: string) => ({ id: 'j', name: 'n', state, progress: null, result: {}, error: null });
    const serve = async (answers: ((response: ServerResponse) => void)[]) => {
      let next = 0;
      const server = createServer((_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        answers[Math.min(next++, answers.length - 1)]!(response);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const entrepot = new Entrepot({ baseUrl: `http://127.0.0.1:${port}`, apiKey: 'k' });
      return { entrepot, server };
    };
    const event = (state: string) => `event: progress\ndata: ${JSON.stringify(job(state))}\n\n`;

    it('connects again when the connection ends before the job', async () => {
      const { entrepot, server } = await serve([
        (response) => response.end(event('active')),
        (response) => {
          response.write(event('active'));
          setImmediate(() => response.destroy());
        },
        (response) => response.end(`event: ping\ndata: {}\n\n${event('completed')}`),
      ]);
      try {
        const states = [];
        for await (const { state } of entrepot.watchJob('j')) states.push(state);
        expect(states).toEqual(['active', 'active', 'completed']);
      } finally {
        server.close();
      }
    });

    it('leaves the connection when the caller has seen enough', async () => {
      const { entrepot, server } = await serve([(response) => response.write(event('active'))]);
      for await (const { state } of entrepot.watchJob('j')) {
        expect(state).toBe('active');
        break;
      }
      await new Promise((resolve) => server.close(resolve)); // comes back only when nothing is connected
    });
  });
});

function plan(name: string) {
  return {
    ...{ plan: `${name}-${process.pid}`, name, price: 100, currency: 'EUR', trialDays: 0 },
    limits: { products: 10, optimizationsPerMonth: 1, requestsPerMinute: 10 },
  };
}

import fc from 'fast-check';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import type { Answer, ApiClient } from '../support/client.js';
import { Documented } from '../support/documented.js';
import { requestsTo, type FuzzRequest } from '../support/fuzz/requests.js';
import { operations, type Operation } from '../support/openapi.js';
import { drivers } from './drive.js';
import { SCOPES } from '../../src/platform/http/access.js';

/** FUZZ_SEED repeats a run, FUZZ_RUNS makes a longer one. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121);
const RUNS = Number(process.env.FUZZ_RUNS ?? 20);

/** What ends something comes last, and the larger the later, so that the others still find it. */
const inOrder = operations().sort(
  (a, b) =>
    Number(a.method === 'DELETE') - Number(b.method === 'DELETE') ||
    (a.method === 'DELETE' ? b.path.length - a.path.length : 0),
);

describe(`fuzzed requests (FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS})`, () => {
  const documented = new Documented();
  const known = new Map<string, Set<string>>();
  const statuses = new Map<number, number>();
  let test: TestApp;
  let own: TestShop;
  let admin: ApiClient;
  let tenant: ApiClient;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    ({ admin } = test);
    tenant = own.api;
    known.set('/api/shops/{shop}', new Set([own.shop]));
    known.set('/sitemaps/{shop}', new Set([own.shop]));
    known.set('/sitemaps/{shop}/{file}', new Set(['sitemap.xml']));
  });
  afterAll(async () => {
    const told = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}×${times}`);
    process.stdout.write(`fuzz: FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS}: ${told.join(' ')}\n`);
    await test.close();
  });

  /** Remembers what an answer names, as what a path below this one may name. */
  function learn(path: string, { status, body, headers }: Answer): void {
    if (status >= 300) return;
    const learnAt = (place: string, name: unknown): void => {
      if (typeof name !== 'string') return;
      known.set(place, (known.get(place) ?? new Set()).add(name));
    };
    const job = /^\/api\/jobs\/(\w+)$/.exec(headers.get('location') ?? '')?.[1];
    learnAt('/api/jobs/{id}', job);
    for (const one of [body, ...(Array.isArray(body?.data) ? body.data : [])]) {
      for (const [field, parameter] of NAMES) learnAt(`${path}/{${parameter}}`, one?.[field]);
      learnAt(`${path}/by-handle/{handle}`, one?.handle);
    }
  }

  it.each(inOrder.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    'documented: %s, driven as it should be',
    async (_name, operation) => {
      const answer = await drivers(test, own)[operation.id]!(10);
      expect(answer.status).toBeLessThan(300);
      expect(documented.faultsOf(operation, answer)).toEqual([]);
      learn(operation.path, answer);
    },
  );

  it.each(inOrder.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    '%s answers whatever it is sent as documented',
    async (_name, operation) => {
      await renewCallers();
      const credentials = callersOf(operation);
      const requests = requestsTo(operation, (place) => [...(known.get(place) ?? [])], credentials);
      await fc.assert(
        fc.asyncProperty(requests, async (request) => {
          const answer = await send(operation, request);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          const faults = documented.faultsOf(operation, answer);
          if (answer.status >= 500) faults.push(`a ${answer.status}: ${answer.text}`);
          if (faults.length > 0) throw new Error(faults.join('\n'));
          learn(operation.path, answer);
        }),
        { seed: SEED, numRuns: RUNS, endOnFailure: true },
      );
    },
  );

  /** Both may have ended their own credentials. */
  async function renewCallers(): Promise<void> {
    if ((await admin.get('/api/auth/me')).status !== 200) {
      const login = { email: 'admin@example.com', password: 'correct horse battery' };
      admin = test.anonymous.as((await test.anonymous.post('/api/auth/login', login)).body.accessToken);
    }
    if ((await tenant.get(`/api/shops/${own.shop}`)).status === 401) {
      const key = { name: 'renewed', scopes: SCOPES };
      tenant = tenant.as((await admin.post(`/api/shops/${own.shop}/api-keys`, key)).body.secret);
    }
  }

  function send({ method }: Operation, { credentials, path, headers, body }: FuzzRequest): Promise<Answer> {
    const caller = { admin, tenant, '': test.anonymous }[credentials]!;
    const carried = method === 'GET' || method === 'HEAD' ? undefined : body;
    return caller.call(method, path, {
      headers,
      ...(carried === undefined ? {} : { body: carried }),
      signal: AbortSignal.timeout(30_000),
    });
  }
});

/** Mostly those that may, so that a request gets as far as it can. */
function callersOf({ demand }: Operation): string[] {
  if (!demand) return ['', '', 'tenant'];
  const may = demand === 'admin' || demand === 'account' ? 'admin' : 'tenant';
  return [may, may, may, may, 'admin', 'tenant', ''];
}

/** Which field of an answer a path's parameter takes. */
const NAMES = [
  ['id', 'id'],
  ['id', 'organisation'],
  ['accountId', 'account'],
  ['plan', 'plan'],
] as const;

import mongoose, { mongo, Types } from 'mongoose';
import { eventually } from '../support/eventually.js';
import { cli, migrate, Service } from '../support/process.js';
import { sentryServer, type SentryServer } from '../support/sentry-server.js';
import { testStack, type TestStack } from '../support/stack.js';

const RELEASE = 'entrepot@9.8.7';
const REQUEST_ID = 'request-of-the-sentry-spec';
const KEY = `ent_live_${'k'.repeat(43)}`;
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzd29yZGZpc2gifQ.c2lnbmF0dXJl';
const SECRETS = {
  password: 'correct-horse-swordfish',
  email: 'someone.private@example.com',
  key: KEY,
  token: TOKEN,
  cookie: 'session-of-somebody',
  databasePassword: 'database-swordfish',
};

describe('Sentry', () => {
  let stack: TestStack;
  let sentry: SentryServer;
  let client: mongo.MongoClient;
  let service: Service | undefined;

  beforeAll(async () => {
    stack = await testStack();
    expect((await migrate(['up'], stack.env)).code).toBe(0);
    client = await new mongoose.mongo.MongoClient(stack.mongodbUri).connect();
    expect((await cli(['admin:create', SECRETS.email, '--password', SECRETS.password], stack.env)).code).toBe(
      0,
    );
    // a document that some accident has damaged: whoever logs in meets an error nobody has foreseen
    await client
      .db()
      .collection('users')
      .updateMany({}, { $set: { passwordHash: 'damaged' } });
  });
  beforeEach(async () => {
    sentry = await sentryServer();
  });
  afterEach(async () => {
    await service?.kill('SIGKILL');
    await sentry.close();
  });
  afterAll(async () => {
    await client.close();
    await stack.release();
  });

  const start = async (more: Record<string, string> = {}): Promise<Service> =>
    (service = await Service.start({
      ...stack.env,
      SENTRY_DSN: sentry.dsn,
      SENTRY_SAMPLE_RATE: '0',
      RELEASE,
      ...more,
    }));
  const events = () => sentry.items.filter(({ type }) => type === 'event').map(({ payload }) => payload);
  const transactions = () => sentry.items.filter(({ type }) => type === 'transaction');

  async function meetError({ api }: Service): Promise<void> {
    const answer = await api.post(
      `/api/auth/login?apiKey=${KEY}&next=${encodeURIComponent(SECRETS.email)}`,
      { email: SECRETS.email, password: SECRETS.password },
      {
        headers: {
          authorization: `Bearer ${TOKEN}`,
          cookie: `session=${SECRETS.cookie}`,
          'x-api-key': KEY,
          'x-request-id': REQUEST_ID,
        },
      },
    );
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 500,
      code: 'internal_error',
    });
    expect(answer.text).not.toContain('damaged');
  }

  function expectNoSecrets(where: string): void {
    for (const [name, secret] of Object.entries(SECRETS)) {
      for (const form of [secret, encodeURIComponent(secret)]) {
        expect(
          `${name}: ${where.includes(form) ? where.slice(Math.max(0, where.indexOf(form) - 200)).slice(0, 400) : 'not there'}`,
        ).toBe(`${name}: not there`);
      }
    }
  }

  it('receives an unexpected error with release and request id, without a secret', async () => {
    const running = await start();
    await meetError(running);
    const event = await eventually(() => {
      const [first] = events();
      if (!first) throw new Error('nothing has arrived');
      return first;
    });
    expect(event).toMatchObject({
      release: RELEASE,
      environment: 'development',
      tags: { requestId: REQUEST_ID },
    });
    expect(event['exception'].values).toHaveLength(1);
    expect(event['request']).not.toHaveProperty('data');
    expectNoSecrets(sentry.text());
    expectNoSecrets(running.stdout + running.stderr);
    await eventually(() => {
      const line = running.logs().find(({ msg }) => msg === 'Unexpected error');
      expect(line).toMatchObject({ level: 'error', requestId: REQUEST_ID });
    });
  });

  it('receives the failure of a job with its id, without the secrets in its message', async () => {
    const running = await start();
    const silent = new Date(Date.now() - 60_000);
    const shop = `mongodb://user:${SECRETS.databasePassword}@db.internal/x ${SECRETS.email} ${KEY} ${TOKEN}`;
    const { insertedId } = await client
      .db()
      .collection('jobs')
      .insertOne({
        ...{
          name: 'product.import',
          queue: 'product-import',
          shop: null,
          payload: { shop, fileId: String(new Types.ObjectId()) },
        },
        ...{ state: 'waiting', progress: null, result: null, error: null, attempts: 0 },
        ...{ createdAt: silent, startedAt: null, finishedAt: null, touchedAt: silent },
      });
    await eventually(() => {
      expect(events().map(({ tags }) => tags?.jobId)).toContain(String(insertedId));
    });
    expect(sentry.text()).toContain('has no file');
    expectNoSecrets(sentry.text());
    expectNoSecrets(running.stdout + running.stderr);
    await client.db().collection('jobs').deleteMany({});
  });

  it('sends no trace at the rate 0', async () => {
    const running = await start();
    await running.api.get('/api/plans');
    await meetError(running);
    await eventually(() => {
      expect(events()).toHaveLength(1);
    });
    await running.kill('SIGTERM');
    expect(transactions()).toEqual([]);
  });

  it('sends the trace of every request at the rate 1, without a secret', async () => {
    const running = await start({ SENTRY_SAMPLE_RATE: '1' });
    await running.api.get('/api/plans');
    await meetError(running);
    await eventually(() => {
      const names = transactions().map(({ payload }) => String(payload['transaction']));
      expect(names).toEqual(
        expect.arrayContaining([
          expect.stringContaining('/api/plans'),
          expect.stringContaining('/api/auth/login'),
        ]),
      );
    });
    expect(transactions().every(({ payload }) => payload['release'] === RELEASE)).toBe(true);
    expectNoSecrets(sentry.text());
  });
});

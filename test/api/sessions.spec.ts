import { decodeJwt } from 'jose';
import { Types } from 'mongoose';
import { removeExpiredLogins } from '../../src/modules/identity/sessions/session-retention.job.js';
import { startIdentityApp, PASSWORD, type IdentityApp, type Person } from '../support/identity-app.js';
import { eventually } from '../support/eventually.js';
import { runJob } from '../support/run-job.js';
import { expectProblem } from '../support/problem.js';
import { stored } from '../support/stored.js';

const AGENT = { headers: { 'user-agent': 'Test Browser/1.0' } };

describe('sessions', () => {
  let test: IdentityApp;
  beforeAll(async () => {
    test = await startIdentityApp();
  });
  afterAll(() => test.close());

  const refresh = (refreshToken: string) => test.anonymous.post('/api/auth/refresh', { refreshToken });
  const me = ({ accessToken }: { accessToken: string }) => test.anonymous.as(accessToken).get('/api/auth/me');
  const idOf = ({ accessToken }: Person) => String(decodeJwt(accessToken)['sid']);
  /** As if the last rotation had been a while ago. */
  const later = () =>
    test.db
      .collection('refresh_tokens')
      .updateMany({ usedAt: { $ne: null } }, { $set: { usedAt: new Date(Date.now() - 11_000) } });

  it('that expired are removed by their job, should the database not have done so', async () => {
    const sessions = test.db.collection('sessions');
    const [missed, live] = [await test.newPerson(), await test.newPerson()];
    const { _id, ...one } = (await sessions.findOne({ _id: new Types.ObjectId(idOf(missed)) }))!;
    // the database's own removal may come first
    await eventually(async () => {
      await sessions.insertOne({ ...one, expiresAt: new Date(Date.now() - 2 * 3600 * 1000) });
      const found = await runJob(test, removeExpiredLogins, { dryRun: true });
      expect(found).toEqual({ sessions: expect.any(Number), refreshTokens: 0, emailTokens: 0, tickets: 0 });
      expect(found.sessions).toBeGreaterThan(0);
    });
    await runJob(test, removeExpiredLogins);
    expect(await sessions.countDocuments({ expiresAt: { $lt: new Date() } })).toBe(0);
    expect(await sessions.countDocuments({ _id: { $in: [_id, new Types.ObjectId(idOf(live))] } })).toBe(2);
  });

  it('are refreshed with a new token each time, in one session', async () => {
    const person = await test.newPerson();
    let { refreshToken } = person;
    for (let round = 0; round < 3; round++) {
      const { status, body } = await refresh(refreshToken);
      expect(status).toBe(200);
      expect(body).toEqual({
        accessToken: expect.any(String),
        expiresIn: 900,
        refreshToken: expect.any(String),
        refreshExpiresIn: 2_592_000,
      });
      expect(body.refreshToken).not.toBe(refreshToken);
      expect(decodeJwt(body.accessToken)).toMatchObject({ sid: idOf(person) });
      expect((await me(body)).status).toBe(200);
      ({ refreshToken } = body);
    }
    expect((await person.api.get('/api/auth/sessions')).body.page.total).toBe(1);
  });

  it('end when a used refresh token comes back', async () => {
    const person = await test.newPerson();
    const { body: next } = await refresh(person.refreshToken);
    await later();
    expectProblem(await refresh(person.refreshToken), 401, 'invalid_refresh_token');
    expectProblem(await refresh(next.refreshToken), 401, 'invalid_refresh_token');
    expectProblem(await me(next), 401, 'unauthenticated');
    expectProblem(await me(person), 401, 'unauthenticated');
    expect(test.logs.some(({ msg }) => /replayed/.test(String(msg)))).toBe(true);
  });

  it('survive two tabs that refresh at the same moment: both get the same successor', async () => {
    const person = await test.newPerson();
    const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(person.refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1);
    const successor = answers[0]!.body.refreshToken;
    expect((await refresh(successor)).status).toBe(200);
    // the chain has moved on: the first token is a replay now, even within the grace
    expectProblem(await refresh(person.refreshToken), 401, 'invalid_refresh_token');
  });

  it('end at logout, twice is no error', async () => {
    const person = await test.newPerson();
    for (let twice = 0; twice < 2; twice++) {
      expect(
        (await test.anonymous.post('/api/auth/logout', { refreshToken: person.refreshToken })).status,
      ).toBe(204);
    }
    expect((await test.anonymous.post('/api/auth/logout', { refreshToken: 'unknown' })).status).toBe(204);
    expectProblem(await me(person), 401, 'unauthenticated');
    expectProblem(await refresh(person.refreshToken), 401, 'invalid_refresh_token');
  });

  it('are listed with device and address, and ended one by one or all', async () => {
    const person = await test.newPerson();
    await test.anonymous.post('/api/auth/login', { email: person.email, password: PASSWORD }, AGENT);
    const third = await test.login(person.email);
    const { body } = await person.api.get('/api/auth/sessions');
    expect(body.page.total).toBe(3);
    expect(body.data.filter(({ current }: { current: boolean }) => current)).toEqual([
      expect.objectContaining({ id: idOf(person) }),
    ]);
    const browser = body.data.find(
      ({ userAgent }: { userAgent: string }) => userAgent === 'Test Browser/1.0',
    );
    expect(browser).toMatchObject({ ip: '127.0.0.1', current: false });

    expect((await person.api.delete(`/api/auth/sessions/${browser.id}`)).status).toBe(204);
    expectProblem(await person.api.delete(`/api/auth/sessions/${browser.id}`), 404, 'session_not_found');
    expect((await person.api.delete('/api/auth/sessions?exceptCurrent=true')).status).toBe(204);
    expectProblem(await me(third), 401, 'unauthenticated');
    expect((await me(person)).status).toBe(200);
    expect((await person.api.delete('/api/auth/sessions')).status).toBe(204);
    expectProblem(await me(person), 401, 'unauthenticated');
  });

  it("are nobody else's business", async () => {
    const [person, other] = [await test.newPerson(), await test.newPerson()];
    for (const id of [idOf(person), 'nonsense', '$ne']) {
      expectProblem(await other.api.delete(`/api/auth/sessions/${id}`), 404, 'session_not_found');
    }
    expect((await me(person)).status).toBe(200);
    const { api } = await test.newShop();
    expectProblem(await api.get('/api/auth/sessions'), 403, 'forbidden');
  });

  it('end on another instance within five seconds', async () => {
    const person = await test.newPerson();
    const { startTestApp } = await import('../support/app.js');
    const second = await startTestApp(test.env);
    try {
      const there = second.anonymous.as(person.accessToken);
      expect((await there.get('/api/auth/me')).status).toBe(200); // keys and session are shared; now remembered there
      await person.api.delete('/api/auth/sessions');
      const started = Date.now();
      while ((await there.get('/api/auth/me')).status === 200)
        expect(Date.now() - started).toBeLessThan(15_000);
      expectProblem(await there.get('/api/auth/me'), 401, 'unauthenticated');
    } finally {
      await second.close();
    }
  });

  it('keep no token readable in the database or the log', async () => {
    const person = await test.newPerson();
    const { body } = await refresh(person.refreshToken);
    const everything = JSON.stringify(await stored(test.db)) + JSON.stringify(test.logs);
    for (const token of [person.refreshToken, body.refreshToken, body.accessToken])
      expect(everything).not.toContain(token);
  });

  it.each([
    ['an unknown token', 'x'.repeat(43), 401],
    ['an access token', 'eyJhbGciOiJFUzI1NiJ9.e30.x', 401],
    ['an empty token', '', 400],
    ['an object', { $ne: null }, 400],
    ['a token with a line break', `${'x'.repeat(42)}\n`, 401],
  ])('refuses to refresh with %s', async (_, refreshToken, status) => {
    const answer = await test.anonymous.post('/api/auth/refresh', { refreshToken });
    expectProblem(answer, status, status === 401 ? 'invalid_refresh_token' : 'validation_failed');
  });

  it('end after half a year, however much they are used', async () => {
    const person = await test.newPerson();
    const daysAgo = (days: number) =>
      test.db
        .collection('sessions')
        .updateMany({}, { $set: { createdAt: new Date(Date.now() - days * 86_400_000) } });
    await daysAgo(179);
    const refreshed = await refresh(person.refreshToken);
    expect(refreshed.status).toBe(200);
    await daysAgo(181);
    expectProblem(await refresh(refreshed.body.refreshToken), 401, 'invalid_refresh_token');
  });

  it('do not outlive their refresh token', async () => {
    const person = await test.newPerson();
    await test.db.collection('refresh_tokens').updateMany({}, { $set: { expiresAt: new Date(0) } });
    expectProblem(await refresh(person.refreshToken), 401, 'invalid_refresh_token');
  });
});

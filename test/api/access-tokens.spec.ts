import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { SigningKeysService } from '../../src/modules/identity/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { startIdentityApp, type IdentityApp } from '../support/identity-app.js';
import { expectProblem } from '../support/problem.js';
import { stored } from '../support/stored.js';

const ISSUER = 'http://127.0.0.1:3000'; // PUBLIC_URL's default

describe('access tokens', () => {
  let test: IdentityApp;
  let second: TestApp;
  beforeAll(async () => {
    test = await startIdentityApp();
    second = await startTestApp(test.env);
  });
  afterAll(async () => {
    await second.close();
    await test.close();
  });

  const kidOf = (token: string) => decodeProtectedHeader(token).kid;
  const kids = async (app: TestApp = test) =>
    (await app.anonymous.get('/.well-known/jwks.json')).body.keys.map(({ kid }: { kid: string }) => kid);

  it('are verified by another service with nothing but the published keys', async () => {
    const person = await test.newPerson();
    const keys = createRemoteJWKSet(new URL(`${test.baseUrl}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(person.accessToken, keys, {
      issuer: ISSUER,
      audience: 'entrepot',
      typ: 'at+jwt',
      algorithms: ['ES256'],
    });
    expect(payload).toEqual({
      sid: expect.any(String),
      role: 'merchant',
      iss: ISSUER,
      aud: 'entrepot',
      sub: expect.any(String),
      iat: expect.any(Number),
      exp: payload.iat! + 900,
    });
    expect(await kids()).toContain(protectedHeader.kid);
  });

  it('publish nothing of the private key, and store it sealed', async () => {
    const answer = await test.anonymous.get('/.well-known/jwks.json');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    for (const key of answer.body.keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    }
    const { signing_keys } = await stored(test.db);
    expect(signing_keys).toHaveLength(1);
    expect(JSON.stringify(signing_keys)).not.toMatch(/"d"/);
    expect(signing_keys![0]).toMatchObject({ sealedKey: expect.stringMatching(/^[\w-]{200,}$/) });
  });

  it('survive a rotation: the new key is published before it signs, old tokens work', async () => {
    const person = await test.newPerson();
    const before = kidOf(person.accessToken);
    const { kid } = await test.app.get(SigningKeysService).rotate();
    expect((await kids()).sort()).toEqual([before, kid].sort());
    expect(kidOf((await test.login(person.email)).accessToken)).toBe(before);
    expect((await person.api.get('/api/auth/me')).status).toBe(200);

    await test.db
      .collection('signing_keys')
      .updateOne({ _id: kid as never }, { $set: { activeFrom: new Date() } });
    await test.app.get(SigningKeysService)['load']();
    const next = await test.login(person.email);
    expect(kidOf(next.accessToken)).toBe(kid);
    for (const { api } of [person, next]) expect((await api.get('/api/auth/me')).status).toBe(200);
    // an instance that has not heard of the key takes it up at its first token
    expect((await second.anonymous.as(next.accessToken).get('/api/auth/me')).status).toBe(200);
    const { expiresAt } = (await test.db.collection('signing_keys').findOne({ _id: before as never }))!;
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 900_000);
  });

  it('of a stolen key are void after an immediate rotation', async () => {
    const person = await test.newPerson();
    const { kid } = await test.app.get(SigningKeysService).rotate({ immediately: true });
    expectProblem(await person.api.get('/api/auth/me'), 401, 'unauthenticated');
    expect(await kids()).toEqual([kid]);
    const { body } = await test.anonymous.post('/api/auth/refresh', { refreshToken: person.refreshToken });
    expect(kidOf(body.accessToken)).toBe(kid);
  });

  it('go on under a new SECRET_KEY with a new key', async () => {
    const person = await test.newPerson();
    const moved = await startTestApp({
      ...test.env,
      SECRET_KEY: 'quite another secret key that nobody knows',
    });
    try {
      expectProblem(await moved.anonymous.as(person.accessToken).get('/api/auth/me'), 401, 'unauthenticated');
      expect((await moved.admin.get('/api/shops')).status).toBe(200);
      expect(moved.logs.some(({ msg }) => /another SECRET_KEY/.test(String(msg)))).toBe(true);
    } finally {
      await moved.close();
    }
  });
});

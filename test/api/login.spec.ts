import { decodeJwt, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import { SigningKeysService } from '../../src/modules/identity/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { expectProblem } from '../support/problem.js';

const ISSUER = 'http://127.0.0.1:3000'; // PUBLIC_URL's default
const EMAIL = 'admin@example.com';
const PASSWORD = 'correct horse battery';

describe('login', () => {
  let test: TestApp;
  let subject: string;
  let session: string;
  beforeAll(async () => {
    test = await startTestApp();
    subject = String((await test.db.collection('users').findOne({ email: EMAIL }))!._id);
    const { body } = await test.anonymous.post('/api/auth/login', { email: EMAIL, password: PASSWORD });
    session = String(decodeJwt(body.accessToken)['sid']);
  });
  afterAll(() => test.close());

  const login = (body: object) => test.anonymous.post('/api/auth/login', body);
  const use = (token: string) => test.anonymous.as(token).get('/api/shops');
  const jwks = async () => (await test.anonymous.get('/.well-known/jwks.json')).text;
  const now = () => Math.floor(Date.now() / 1000);

  interface Claims {
    alg?: string;
    typ?: string;
    kid?: string | undefined;
    issuer?: string;
    audience?: string;
    subject?: string | undefined;
    session?: string | undefined;
    issuedAt?: number;
    notBefore?: number;
    expires?: number | undefined;
    key?: Uint8Array | CryptoKey;
  }

  /** A token as ours would be, but for what is given. */
  async function forge(claims: Claims): Promise<string> {
    const { kid, key } = await test.app.get(SigningKeysService).signingKey();
    const all = {
      alg: 'ES256',
      typ: 'at+jwt',
      kid,
      issuer: ISSUER,
      audience: 'entrepot',
      subject,
      session,
      issuedAt: now(),
      expires: now() + 600,
      key,
      ...claims,
    };
    const token = new SignJWT({ role: 'admin', ...(all.session === undefined ? {} : { sid: all.session }) });
    token.setProtectedHeader({
      alg: all.alg,
      typ: all.typ,
      ...(all.kid === undefined ? {} : { kid: all.kid }),
    });
    token.setIssuer(all.issuer).setAudience(all.audience).setIssuedAt(all.issuedAt);
    if (all.subject !== undefined) token.setSubject(all.subject);
    if (all.notBefore !== undefined) token.setNotBefore(all.notBefore);
    if (all.expires !== undefined) token.setExpirationTime(all.expires);
    return token.sign(all.key);
  }

  it('gives a token that works, and tells how long', async () => {
    const { status, body, text } = await login({ email: EMAIL, password: PASSWORD });
    expect(status).toBe(200);
    expect(body).toEqual({
      accessToken: expect.any(String),
      expiresIn: 900,
      refreshToken: expect.any(String),
      refreshExpiresIn: 2_592_000,
    });
    expect((await use(body.accessToken)).status).toBe(200);
    expect(text).not.toContain('passwordHash');
  });

  it('knows the address in any case', async () => {
    expect((await login({ email: 'ADMIN@Example.com', password: PASSWORD })).status).toBe(200);
  });

  it('says the same for a wrong password and an unknown address', async () => {
    const answers = [
      await login({ email: EMAIL, password: 'wrong' }),
      await login({ email: 'nobody@example.com', password: PASSWORD }),
    ];
    for (const answer of answers) expectProblem(answer, 401, 'invalid_credentials');
    expect(answers[0]!.body.detail).toBe(answers[1]!.body.detail);
  });

  it.each([
    ['no password', { email: EMAIL }],
    ['an empty password', { email: EMAIL, password: '' }],
    ['an operator as the e-mail', { email: { $ne: null }, password: PASSWORD }],
    ['an operator as the password', { email: EMAIL, password: { $gt: '' } }],
    ['lists', { email: [EMAIL], password: [PASSWORD] }],
    ['an unknown field', { email: EMAIL, password: PASSWORD, role: 'admin' }],
    ['a password of megabytes', { email: EMAIL, password: 'x'.repeat(500_000) }],
  ])('refuses %s', async (_, body) => {
    expectProblem(await login(body), 400, 'validation_failed');
  });

  it('takes a token made like its own: the forgeries below differ in one thing each', async () => {
    expect((await use(await forge({}))).status).toBe(200);
  });

  it.each<[string, () => Claims | Promise<Claims>]>([
    ["a foreign key under our key's id", async () => ({ key: (await generateKeyPair('ES256')).privateKey })],
    [
      'a foreign key under its own id',
      async () => ({ key: (await generateKeyPair('ES256')).privateKey, kid: 'theirs' }),
    ],
    ['no key id', () => ({ kid: undefined })],
    [
      'a symmetric key: our public one',
      async () => ({ alg: 'HS256', key: new TextEncoder().encode(await jwks()) }),
    ],
    ['another algorithm', async () => ({ alg: 'ES384', key: (await generateKeyPair('ES384')).privateKey })],
    ['another audience', () => ({ audience: 'elsewhere' })],
    ['another issuer', () => ({ issuer: 'elsewhere' })],
    ['another type', () => ({ typ: 'JWT' })],
    ['an expiry that has passed', () => ({ issuedAt: now() - 700, expires: now() - 10 })],
    ['no expiry', () => ({ expires: undefined })],
    ['an expiry beyond the longest life', () => ({ issuedAt: now() - 2_000, expires: now() + 10_000 })],
    ['a birth in the future', () => ({ issuedAt: now() + 600, expires: now() + 700 })],
    ['a start in the future', () => ({ notBefore: now() + 300 })],
    ['no session', () => ({ session: undefined })],
    ['a session that is not there', () => ({ session: '000000000000000000000000' })],
    ['an operator as the session', () => ({ session: '{"$ne":null}' })],
    ['no subject', () => ({ subject: undefined })],
    ['a subject without account', () => ({ subject: '000000000000000000000000' })],
    ['an operator as the subject', () => ({ subject: '{"$ne":null}' })],
  ])('refuses a token with %s', async (_, claims) => {
    expectProblem(await use(await forge(await claims())), 401, 'unauthenticated');
  });

  it('refuses alg none', async () => {
    const unsecured = new UnsecuredJWT({ sid: session })
      .setIssuer(ISSUER)
      .setAudience('entrepot')
      .setSubject(subject);
    expectProblem(
      await use(unsecured.setIssuedAt().setExpirationTime('10m').encode()),
      401,
      'unauthenticated',
    );
    const [, payload] = (await forge({})).split('.');
    for (const alg of ['none', 'NONE', 'None']) {
      const header = Buffer.from(JSON.stringify({ alg, typ: 'at+jwt' })).toString('base64url');
      expectProblem(await use(`${header}.${payload}.`), 401, 'unauthenticated');
    }
  });

  it('refuses a token that was tampered with', async () => {
    const [header, payload, signature] = (await forge({})).split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const longer = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 60 })).toString('base64url');
    expectProblem(await use(`${header}.${longer}.${signature}`), 401, 'unauthenticated');
    expectProblem(await use(`${header}.${payload}`), 401, 'unauthenticated');
  });

  it('logs neither password nor token', async () => {
    const { body } = await login({ email: EMAIL, password: PASSWORD });
    await use(body.accessToken);
    const logs = JSON.stringify(test.logs);
    expect(logs).not.toContain(PASSWORD);
    expect(logs).not.toContain(body.accessToken);
  });
});

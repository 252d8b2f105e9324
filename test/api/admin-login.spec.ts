import { AccountsService } from '../../src/modules/identity/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { PageClient, tokenIn } from '../support/page-client.js';

const EMAIL = 'admin@example.com';
const PASSWORD = 'correct horse battery';
const PAGES = [
  ...['/admin', '/admin/jobs', '/admin/jobs/queues', '/admin/jobs/schedules/audit.retention'],
  ...['/admin/queues', '/admin/queues/api/queues', '/admin/queues/queue/events'],
];
const FORMS = ['/admin/jobs/schedules/audit.retention/run', '/admin/jobs/schedules/audit.retention/pause'];

describe('login to the pages', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
    const accounts = test.app.get(AccountsService);
    await accounts.put('merchant@example.com', PASSWORD, 'merchant');
  });
  afterAll(() => test.close());

  const visitor = () => new PageClient(test.baseUrl);
  const isSentToLogin = ({ status, headers }: { status: number; headers: Headers }) => {
    expect({ status, to: headers.get('location')?.split('?')[0] }).toEqual({
      status: 303,
      to: '/admin/login',
    });
  };

  it('lets an operator in, where they wanted to go, and out again', async () => {
    const browser = visitor();
    const wanted = await browser.get('/admin/jobs?done=started');
    isSentToLogin(wanted);
    const loginPath = wanted.headers.get('location')!;
    const { text } = await browser.get(loginPath);
    const next = /name="next" value="([^"]+)"/.exec(text)![1]!;
    const answer = await browser.submit(loginPath, '/admin/login', {
      email: EMAIL,
      password: PASSWORD,
      next,
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/admin/jobs?done=started');
    const set = answer.headers.getSetCookie().find((one) => one.startsWith('entrepot_session='))!;
    expect(set).toMatch(/; Path=\/admin;.*HttpOnly; SameSite=Strict/i);
    expect(set).not.toMatch(/; Secure/i);
    expect((await browser.get('/admin/jobs')).status).toBe(200);

    const copy = visitor();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    const out = await browser.submit('/admin/jobs', '/admin/logout');
    isSentToLogin(out);
    expect(browser.cookies.has('entrepot_session')).toBe(false);
    isSentToLogin(await copy.get('/admin/jobs'));
  });

  it('the cookie stays with https where clients come by it', async () => {
    const secure = await startTestApp({ ...test.env, PUBLIC_URL: 'https://api.example.com' });
    try {
      const browser = new PageClient(secure.baseUrl);
      const token = tokenIn(await browser.get('/admin/login'));
      const answer = await browser.post(
        '/admin/login',
        { _token: token, email: EMAIL, password: PASSWORD },
        { origin: 'https://api.example.com' },
      );
      expect(answer.status).toBe(303);
      for (const set of answer.headers.getSetCookie()) expect(set).toMatch(/; Secure/i);
    } finally {
      await secure.close();
    }
  });

  it.each(PAGES)('%s sends to the login whoever is not logged in', async (path) => {
    isSentToLogin(await visitor().get(path));
    const liar = visitor();
    liar.cookies.set('entrepot_session', `6921b0d2a1f4b0a7c9e01234.${'x'.repeat(43)}`);
    isSentToLogin(await liar.get(path));
    liar.cookies.set('entrepot_session', '$ne');
    isSentToLogin(await liar.get(path));
  });

  it.each(PAGES)('%s takes no other credentials than the cookie', async (path) => {
    isSentToLogin(await test.admin.get(path));
    const { apiKey } = await test.newShop();
    isSentToLogin(await test.anonymous.as(apiKey).get(path));
  });

  it('the cookie is no credential of the API', async () => {
    const browser = await visitor().login();
    expect((await browser.get('/api/admin/schedules')).status).toBe(401);
  });

  it.each([
    ['a wrong password', EMAIL, 'wrong'],
    ['an unknown address', 'nobody@example.com', PASSWORD],
    ['an account that is no operator', 'merchant@example.com', PASSWORD],
  ])('refuses %s, saying no more than that', async (_what, email, password) => {
    const browser = visitor();
    const answer = await browser.submit('/admin/login', '/admin/login', { email, password });
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('E-mail or password is wrong, or the address is not confirmed yet.');
    expect(answer.text).toContain(`value="${email}"`);
    expect(browser.cookies.has('entrepot_session')).toBe(false);
  });

  it('shows what was typed without running it', async () => {
    const email = '"><script>alert(1)</script>@example.com';
    const { text } = await visitor().submit('/admin/login', '/admin/login', { email, password: 'x' });
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&quot;&gt;&lt;script&gt;');
  });

  it.each([
    'https://evil.example/admin',
    '//evil.example/admin',
    '/\\evil.example/admin',
    '/api/docs',
    'javascript:alert(1)',
    '/admin/../api',
    '/administrator',
  ])('a login leads to no page but ours: %s', async (next) => {
    const fields = { email: EMAIL, password: PASSWORD, next };
    const answer = await visitor().submit('/admin/login', '/admin/login', fields);
    expect(answer.headers.get('location')).toBe('/admin');
  });

  it('ends with the account it is of, at once', async () => {
    const accounts = test.app.get(AccountsService);
    await accounts.put('second@example.com', PASSWORD, 'admin');
    const browser = await visitor().login('second@example.com');
    expect((await browser.get('/admin/jobs')).status).toBe(200);
    await test.db
      .collection('users')
      .updateOne({ email: 'second@example.com' }, { $set: { role: 'merchant' } });
    expect((await browser.get('/admin/jobs')).status).toBe(403);
    await accounts.put('second@example.com', PASSWORD, 'admin'); // as a new password does
    isSentToLogin(await browser.get('/admin/jobs'));
  });

  it('ends after its time, and is not renewed by a refresh token', async () => {
    const browser = await visitor().login();
    const [id] = browser.cookies.get('entrepot_session')!.split('.');
    const found = (await test.db.collection('sessions').findOne({
      $expr: { $eq: [{ $toString: '$_id' }, id] },
    }))!;
    expect(JSON.stringify(found)).not.toContain(browser.cookies.get('entrepot_session')!.split('.')[1]);
    expect(found['expiresAt'].getTime() - found['createdAt'].getTime()).toBe(12 * 3600 * 1000);
    expect(await test.db.collection('refresh_tokens').countDocuments({ session: found['_id'] })).toBe(0);
    await test.db
      .collection('sessions')
      .updateOne({ _id: found['_id'] }, { $set: { expiresAt: new Date() } });
    isSentToLogin(await browser.get('/admin/jobs'));
  });

  describe('forms', () => {
    it.each(FORMS)('%s is refused without the token of a page', async (path) => {
      const browser = await visitor().login();
      const others = tokenIn(await (await visitor().login()).get('/admin/jobs'));
      const before = await test.db.collection('jobs').countDocuments();
      for (const token of ['', 'x', others]) {
        const { status, text } = await browser.post(path, { _token: token });
        expect(status).toBe(403);
        expect(text).toContain('not from a page of this session');
      }
      expect(await test.db.collection('jobs').countDocuments()).toBe(before);
    });

    it.each(['https://evil.example', 'null', 'http://127.0.0.1', 'nonsense'])(
      'a right token is refused from the origin %s',
      async (origin) => {
        const browser = await visitor().login();
        const _token = tokenIn(await browser.get('/admin/jobs'));
        expect((await browser.post(FORMS[0]!, { _token }, { origin })).status).toBe(403);
        const login = visitor();
        const fields = { _token: tokenIn(await login.get('/admin/login')), email: EMAIL, password: PASSWORD };
        expect((await login.post('/admin/login', fields, { origin })).status).toBe(403);
      },
    );

    it('a login without the token of its page is refused', async () => {
      const fields = { email: EMAIL, password: PASSWORD };
      expect((await visitor().post('/admin/login', fields)).status).toBe(403);
      const _token = tokenIn(await visitor().get('/admin/login'));
      expect((await visitor().post('/admin/login', { ...fields, _token })).status).toBe(403);
    });

    it('an unknown field, a list or a body of another kind is refused', async () => {
      const browser = await visitor().login();
      expect((await browser.submit('/admin/jobs', FORMS[0]!, { more: '1' })).status).toBe(400);
      expect((await browser.submit('/admin/jobs', FORMS[0]!, { dryRun: 'maybe' })).status).toBe(400);
      expect((await browser.submit('/admin/jobs', FORMS[0]!, { __proto__x: '1' })).status).toBe(400);
    });
  });

  it('a page loads nothing from elsewhere and is shown in no frame', async () => {
    const browser = await visitor().login();
    for (const path of ['/admin/login', '/admin/jobs']) {
      const { headers, text } = await browser.get(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('cache-control')).toBe('no-store');
      expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
      expect(text).not.toMatch(/ style="|<style| on\w+="/);
    }
  });

  it('its files are public, kept for ever and not guessed', async () => {
    const { text } = await visitor().get('/admin/login');
    const files = [...text.matchAll(/(?:href|src)="(\/admin\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(files).toHaveLength(3);
    for (const path of files) {
      const { status, headers } = await visitor().get(path);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toContain('immutable');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect((await test.anonymous.get('/admin/assets/..%2f..%2fadmin.module.js')).status).toBe(404);
  });

  it('every page counts for its operator, the board and its data too', async () => {
    const limited = await startTestApp({ LIMIT_ADMIN_PER_MIN: '6' });
    try {
      const browser = await new PageClient(limited.baseUrl).login();
      const left = async (path: string) => {
        const { status, headers } = await browser.get(path);
        return [status, /"admin";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]];
      };
      expect(await left('/admin/jobs')).toEqual([200, '5']);
      expect(await left('/admin/queues')).toEqual([200, '4']);
      expect(await left('/admin/queues/api/queues')).toEqual([200, '3']);
      expect(await left('/admin/jobs/queues')).toEqual([200, '2']);
      expect(await left('/admin/queues/queue/events')).toEqual([200, '1']);
      expect(await left('/admin/queues/api/queues')).toEqual([200, '0']);
      for (const path of ['/admin/queues', '/admin/queues/api/queues', '/admin/jobs']) {
        const { status, headers, text } = await browser.get(path);
        expect([path, status]).toEqual([path, 429]);
        expect(headers.get('retry-after')).toMatch(/^\d+$/);
        expect(text).toContain('At most 6 requests');
      }
    } finally {
      await limited.close();
    }
  });

  it('strangers at the board count by their address, as at every page', async () => {
    const limited = await startTestApp({ LIMIT_ANONYMOUS_PER_15_MIN: '3' });
    try {
      const stranger = new PageClient(limited.baseUrl);
      for (const path of ['/admin/queues', '/admin/queues/api/queues', '/admin/queues'])
        isSentToLogin(await stranger.get(path));
      expect((await stranger.get('/admin/queues/api/queues')).status).toBe(429);
      expect((await stranger.get('/admin/jobs')).status).toBe(429);
    } finally {
      await limited.close();
    }
  });

  it('failed logins count together with those of the API', async () => {
    const limited = await startTestApp({
      ...test.env,
      RATE_LIMITS: 'true',
      LIMIT_CREDENTIALS_PER_15_MIN: '4',
    });
    try {
      const browser = new PageClient(limited.baseUrl);
      const wrong = { email: 'counted@example.com', password: 'wrong' };
      for (const _ of [1, 2]) {
        expect((await browser.submit('/admin/login', '/admin/login', wrong)).status).toBe(401);
        expect((await limited.anonymous.post('/api/auth/login', wrong)).status).toBe(401);
      }
      const refused = await browser.submit('/admin/login', '/admin/login', wrong);
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(refused.text).toContain('At most 4 requests');
      expect((await limited.anonymous.post('/api/auth/login', wrong)).status).toBe(429);
    } finally {
      await limited.close();
    }
  });
});

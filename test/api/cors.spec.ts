import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { expectProblem } from '../support/problem.js';

const APP = 'https://app.example.com';
const preflight = (origin: string) => ({
  origin,
  'access-control-request-method': 'PATCH',
  'access-control-request-headers': 'authorization, content-type, if-match',
});

describe('CORS', () => {
  describe('for named origins', () => {
    let test: TestApp;
    let own: TestShop;
    let path: string;
    beforeAll(async () => {
      test = await startTestApp({ CORS_ORIGINS: `${APP}, https://admin.example.com` });
      own = await test.newShop();
      path = `/api/shops/${own.shop}/products`;
    });
    afterAll(() => test.close());

    it('answers a preflight without credentials, and counts none', async () => {
      for (let n = 0; n < 3; n++) {
        const { status, headers } = await test.anonymous.call('OPTIONS', `${path}/x`, {
          headers: preflight(APP),
        });
        expect(status).toBe(204);
        expect(headers.get('access-control-allow-origin')).toBe(APP);
        expect(headers.get('access-control-allow-credentials')).toBe('true');
        expect(headers.get('access-control-allow-methods')).toContain('PATCH');
        expect(headers.get('access-control-allow-headers')).toContain('if-match');
        expect(headers.get('ratelimit')).toBeNull();
      }
    });

    it('tells a foreign page nothing it could use', async () => {
      const headers = preflight('https://evil.example.com');
      const refused = await test.anonymous.call('OPTIONS', path, { headers });
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
      const read = await own.api.get(path, { headers: { origin: 'https://app.example.com.evil.com' } });
      expect(read.headers.get('access-control-allow-origin')).toBeNull();
      expect(read.headers.get('vary')?.toLowerCase()).toContain('origin');
    });

    it('lets a page read answers and their headers, cached, refused or made anew', async () => {
      const origin = { headers: { origin: APP } };
      const answers = [
        await own.api.get(path, origin),
        await own.api.get(path, origin),
        await test.anonymous.get('/api/plans', origin),
        await test.anonymous.get('/api/plans', { headers: { origin: 'https://admin.example.com' } }),
        await own.api.call('PUT', path, origin),
        await test.anonymous.get(path, origin),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 405, 401]);
      for (const { headers } of answers) {
        expect(headers.get('access-control-allow-origin')).toMatch(/^https:\/\/(app|admin)\.example\.com$/);
        expect(headers.get('access-control-expose-headers')).toMatch(/RateLimit.*Retry-After.*X-Request-Id/);
        expect(headers.get('vary')?.toLowerCase()).toContain('origin');
      }
      for (const { headers } of answers.slice(0, 4))
        expect(headers.get('vary')?.toLowerCase()).toContain('accept-encoding');
    });

    it('OPTIONS of other clients is answered as ever', async () => {
      const options = await test.anonymous.call('OPTIONS', '/api/plans');
      expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST']);
    });
  });

  it('for any origin is without cookies', async () => {
    const test = await startTestApp({ CORS_ORIGINS: '*' });
    try {
      const { headers } = await test.anonymous.get('/api/plans', { headers: { origin: APP } });
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    } finally {
      await test.close();
    }
  });

  it('is off unless asked for', async () => {
    const test = await startTestApp();
    try {
      const { headers } = await test.anonymous.get('/api/plans', { headers: { origin: APP } });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      const options = await test.anonymous.call('OPTIONS', '/api/plans', { headers: preflight(APP) });
      expect(options.headers.get('access-control-allow-origin')).toBeNull();
      expectProblem(await test.anonymous.call('PUT', '/api/plans'), 405, 'method_not_allowed');
    } finally {
      await test.close();
    }
  });
});

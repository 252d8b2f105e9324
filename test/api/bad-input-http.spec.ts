import { connect } from 'node:net';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { expectProblem } from '../support/problem.js';

describe('bad HTTP', () => {
  let test: TestApp;
  let own: TestShop;
  let path: string;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    path = `/api/shops/${own.shop}/products`;
  });
  afterAll(() => test.close());

  /** What the server says to bytes that no HTTP client would send. */
  function raw(request: string): Promise<{ status: number; type: string | undefined; body: string }> {
    const { hostname, port } = new URL(test.baseUrl);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(request));
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      socket.on('error', reject).on('close', () => {
        const [head = '', body = ''] = text.split('\r\n\r\n');
        resolve({ status: Number(head.split(' ')[1]), type: /content-type: (.*)/i.exec(head)?.[1], body });
      });
    });
  }

  it.each([
    '/',
    '/api',
    '/api/sheep',
    '/API/plans',
    '/api/plans/starter/sheep',
    '/api/shops/x.myshopify.com/sheep',
    '/.env',
    '/wp-admin',
  ])('there is nothing at %s', async (unknown) => {
    expectProblem(await own.api.get(unknown), 404, 'route_not_found');
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'PROPFIND'])('%s is no method of the product list', async (method) => {
    const answer = await own.api.call(method, path);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'POST']);
  });

  it('HEAD says what GET would, without a body', async () => {
    const [head, get] = [await own.api.call('HEAD', path), await own.api.get(path)];
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect((await test.anonymous.call('HEAD', path)).status).toBe(401);
    expect((await own.api.call('HEAD', '/api/sheep')).status).toBe(404);
  });

  it.each(['/api/plans/%E0%A4%A', '/api/plans/%', '/api/plans/%zz', '/api/plans/%c0%80'])(
    '%s cannot be decoded',
    async (bad) => {
      expectProblem(await own.api.get(bad), 400, 'malformed_request');
    },
  );

  it('a null byte in a path names nothing', async () => {
    expectProblem(await own.api.get('/api/plans/star%00ter'), 404, 'plan_not_found');
    expectProblem(await own.api.get(`${path}/by-handle/a%00b`), 404, 'product_not_found');
  });

  it.each([9_000, 14_000, 60_000])('a URL of %d characters is too long', async (length) => {
    expectProblem(await own.api.get(`${path}?q=${'x'.repeat(length)}`), 414, 'uri_too_long');
  });

  it('a path part over its length is too long', async () => {
    expectProblem(await own.api.get(`/api/plans/${'x'.repeat(1_000)}`), 414, 'uri_too_long');
  });

  it.each<[string, string, number]>([
    ['no HTTP', 'HELLO\r\n\r\n', 400],
    ['an unknown method', 'SHEEP / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    [
      'two lengths',
      'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      400,
    ],
    ['a bare line feed in a header', 'GET /api/plans HTTP/1.1\r\nHost: x\r\nX-A: a\rb: c\r\n\r\n', 400],
    [
      'a length beside chunks',
      'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a null byte in a header', 'GET /api/plans HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n', 400],
    ['headers of 100 KB', `GET /api/plans HTTP/1.1\r\nHost: x\r\nX-A: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
  ])('%s is a problem too', async (_, request, status) => {
    const answer = await raw(request);
    expect(answer).toMatchObject({ status, type: expect.stringContaining('application/problem+json') });
    expect(JSON.parse(answer.body)).toMatchObject({
      status,
      code: expect.any(String),
      requestId: expect.any(String),
    });
  });

  it.each<[string, string[], number, string]>([
    ['credentials', ['Authorization: Bearer KEY', 'Authorization: Bearer KEY'], 401, 'unauthenticated'],
    ['types', ['Content-Type: application/json', 'Content-Type: text/plain'], 415, 'unsupported_media_type'],
    ['versions', ['If-Match: "1"', 'If-Match: "2"'], 412, 'version_mismatch'],
    ['keys', ['Idempotency-Key: one', 'Idempotency-Key: two'], 400, 'validation_failed'],
  ])('two %s are one too many, and change nothing', async (_, twice, status, code) => {
    const { body: product, headers } = await own.api.post(path, { title: 'Twice' });
    const usual = ['Authorization: Bearer KEY', 'Content-Type: application/json'];
    const names = new Set(twice.map((line) => line.split(':')[0]));
    const lines = [...usual.filter((line) => !names.has(line.split(':')[0])), ...twice];
    const [method, target] =
      code === 'validation_failed' ? ['POST', path] : ['PATCH', `${path}/${product.id}`];
    const body = '{"title":"Changed"}';
    const answer = await raw(
      [
        `${method} ${target} HTTP/1.1`,
        'Host: x',
        'Connection: close',
        `Content-Length: ${body.length}`,
        ...lines,
      ]
        .join('\r\n')
        .replaceAll('KEY', own.apiKey) + `\r\n\r\n${body}`,
    );
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([status, code]);
    const after = await own.api.get(`${path}/${product.id}`);
    expect(after.headers.get('etag')).toBe(headers.get('etag'));
  });

  it.each(['%0d%0aSet-Cookie:%20a=b', '%0aX-A:%20b', '\u560d\u560aX-A: b'])(
    'a header cannot be smuggled in by a value that is given back: %s',
    async (smuggled) => {
      const asked = [
        own.api.get(`${path}?limit=1&q=${encodeURIComponent(smuggled)}`),
        own.api.get(`${path}?limit=1&q=${smuggled}`),
        own.api.get(`/api/plans/${smuggled}`),
        own.api.post(path, { title: `Lamp ${decodeURIComponent(smuggled)}` }),
        own.api.post(path, { title: 'Lamp', handle: decodeURIComponent(smuggled) }),
      ];
      for (const { status, headers } of await Promise.all(asked)) {
        expect(status).toBeLessThan(500);
        expect([headers.get('x-a'), headers.get('set-cookie')]).toEqual([null, null]);
      }
    },
  );

  it('a request id is taken over when it is fit for a log, else replaced', async () => {
    const ask = (id: string) => own.api.get('/api/sheep', { headers: { 'x-request-id': id } });
    expect((await ask('abc-12345')).body.requestId).toBe('abc-12345');
    for (const id of ['short', 'x'.repeat(129), 'a b c d e f g h', '<script>alert(1)</script>']) {
      expect((await ask(id)).body.requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

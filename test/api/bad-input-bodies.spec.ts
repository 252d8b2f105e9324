import { gzipSync } from 'node:zlib';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { expectProblem } from '../support/problem.js';
import { stored } from '../support/stored.js';

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

describe('bad bodies', () => {
  let test: TestApp;
  let own: TestShop;
  let path: string;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    path = `/api/shops/${own.shop}/products`;
  });
  afterAll(() => test.close());

  it('survives a CSV on a public route', async () => {
    const headers = { 'content-type': 'text/csv' };
    const answer = await test.anonymous.call('POST', '/api/auth/login', { body: 'a,b', headers });
    expectProblem(answer, 415, 'unsupported_media_type');
    expect((await test.anonymous.get('/api/plans')).status).toBe(200);
  });

  /** Sends bytes as they are and shows that nothing was stored. */
  async function post(body: string | Uint8Array<ArrayBuffer>, contentType = 'application/json') {
    const before = await stored(test.db);
    const answer = await own.api.call('POST', path, { body, headers: { 'content-type': contentType } });
    expect(await stored(test.db)).toEqual(before);
    return answer;
  }

  it.each<[string, string]>([
    ['empty', ''],
    ['half', '{"title":"x"'],
    ['not JSON', 'title=x'],
    ['JSON and more', '{"title":"x"} x'],
    ['with a prototype key', '{"title":"x","__proto__":{"admin":true}}'],
    ['with a nested prototype key', '{"title":"x","seo":{"__proto__":{"title":"y"}}}'],
    ['with an escaped prototype key', '{"title":"x","\\u005f_proto__":{"admin":true}}'],
    ['with a constructor prototype', '{"title":"x","constructor":{"prototype":{"admin":true}}}'],
  ])('%s: the JSON cannot be read', async (_, body) => {
    expectProblem(await post(body), 400, 'malformed_request');
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it.each<[string, string]>([
    ['null', 'null'],
    ['a list', '[{"title":"x"}]'],
    ['a text', '"x"'],
    ['a number', '7'],
    ['an empty object', '{}'],
    ['an unknown field', '{"title":"x","sheep":1}'],
    ['a constructor', '{"title":"x","constructor":1}'],
    ['a nested constructor', '{"title":"x","seo":{"constructor":1}}'],
    ['an operator as a value', '{"title":{"$ne":null}}'],
    ['an operator as a key', '{"title":"x","$where":"1"}'],
    ['an operator in a list', '{"title":"x","tags":[{"$gt":""}]}'],
    ['an operator in a variant', '{"title":"x","variants":[{"price":{"$inc":1}}]}'],
    ['a dotted key', '{"title":"x","seo.title":"y"}'],
    ['a null byte', '{"title":"a\\u0000b"}'],
    ['a null byte in a list', '{"title":"x","tags":["a\\u0000"]}'],
    ['half a character', '{"title":"a\\ud800b"}'],
    [
      'too many tags',
      JSON.stringify({ title: 'x', tags: Array.from({ length: 25_000 }, (_, n) => `t${n}`) }),
    ],
    ['too many variants', JSON.stringify({ title: 'x', variants: Array(25_000).fill({ price: -1 }) })],
  ])('%s is refused', async (_, body) => {
    const answer = await post(body);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.text.length).toBeLessThan(10_000);
  });

  it.each<[string, string]>([
    ['lists', `{"title":"x","tags":${nested(100_000, '[', ']')}}`],
    ['lists alone', nested(100_000, '[', ']')],
    ['objects', `{"title":"x","seo":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
    ['unknown fields', `{"title":"x","x":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`],
    ['variants', `{"title":"x","variants":${'[{"extra":'.repeat(20_000)}1${'}]'.repeat(20_000)}}`],
  ])('%s of huge depth are refused, not a fault of ours', async (_, body) => {
    const answer = await post(body);
    expectProblem(answer, 400, answer.body.code);
    expect(['malformed_request', 'validation_failed']).toContain(answer.body.code);
  });

  it('bytes that are not UTF-8 are refused', async () => {
    const bytes = new Uint8Array([...Buffer.from('{"title":"a'), 0xff, 0xfe, ...Buffer.from('b"}')]);
    expectProblem(await post(bytes), 400, 'malformed_request');
    const latin1 = new Uint8Array(Buffer.from('{"title":"Caf\xe9"}', 'latin1'));
    expectProblem(await post(latin1), 400, 'malformed_request');
  });

  it('takes a BOM or refuses it, but stores none', async () => {
    const answer = await own.api.call('POST', path, {
      body: '\ufeff{"title":"Bom"}',
      headers: { 'content-type': 'application/json' },
    });
    if (answer.status === 201) expect(answer.body.title).toBe('Bom');
    else expectProblem(answer, 400, 'malformed_request');
  });

  it('a body over the limit is refused', async () => {
    expectProblem(
      await post(JSON.stringify({ title: 'x', descriptionHtml: 'x'.repeat(1_100_000) })),
      413,
      'payload_too_large',
    );
  });

  it.each([
    'application/xml',
    'text/csv',
    'application/octet-stream',
    'nonsense',
    'application/jsonx',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json, text/csv',
  ])('the content type %s is refused', async (contentType) => {
    expectProblem(await post('{"title":"x"}', contentType), 415, 'unsupported_media_type');
  });

  it('a compressed body is refused', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await own.api.call('POST', path, { body: gzipSync('{"title":"x"}'), headers });
    expectProblem(answer, 415, 'unsupported_media_type');
  });

  it('a form is refused where JSON is expected', async () => {
    const before = await stored(test.db);
    expectProblem(await own.api.upload(path, 'Handle,Title\na,b\n'), 415, 'unsupported_media_type');
    expect(await stored(test.db)).toEqual(before);
  });

  it('every other JSON route refuses operators, prototype keys and lists too', async () => {
    const created = await own.api.post(path, { title: 'Lamp' });
    const before = await stored(test.db);
    const routes: [string, string][] = [
      ['PATCH', `${path}/${created.body.id}`],
      ['PATCH', `/api/shops/${own.shop}`],
      ['PATCH', `/api/shops/${own.shop}/subscription`],
      ['POST', `/api/shops/${own.shop}/api-keys`],
      ['POST', '/api/shops'],
      ['POST', '/api/plans'],
      ['PATCH', '/api/plans/starter'],
      ['POST', '/api/auth/login'],
    ];
    for (const [method, route] of routes) {
      for (const [body, code] of [
        ['{"$set":{"name":"x"}}', 'validation_failed'],
        ['{"name":{"$ne":null}}', 'validation_failed'],
        ['{"constructor":1}', 'validation_failed'],
        ['[]', 'validation_failed'],
        ['{"__proto__":{}}', 'malformed_request'],
        ['{"name":', 'malformed_request'],
      ] as const) {
        const answer = await test.admin.call(method, route, {
          body,
          headers: { 'content-type': 'application/json' },
        });
        expectProblem(answer, 400, code);
      }
    }
    expect(await stored(test.db)).toEqual(before);
  });
});

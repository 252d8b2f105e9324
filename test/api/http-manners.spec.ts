import { gunzipSync } from 'node:zlib';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { fill, operations } from '../support/openapi.js';
import { expectProblem } from '../support/problem.js';
import { rawGet } from '../support/raw-get.js';

describe('HTTP manners', () => {
  let test: TestApp;
  let own: TestShop;
  let list: string;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    list = `/api/shops/${own.shop}/products`;
    await addProducts(
      own,
      Array.from({ length: 20 }, (_, n) => ({ title: `Product ${n}`, vendor: 'Nordlys Apparel' })),
    );
  });
  afterAll(() => test.close());

  const raw = (path: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
    rawGet(test.baseUrl + path, { authorization: `Bearer ${own.apiKey}`, ...headers }, method);

  it('lets data load nothing, and pages only what is ours', async () => {
    const policyOf = async (path: string) => {
      const { headers } = await own.api.get(path);
      for (const name of ['strict-transport-security', 'x-content-type-options', 'referrer-policy'])
        expect(headers.get(name)).toBeTruthy();
      return headers.get('content-security-policy');
    };
    for (const path of [list, '/api/nothing', '/api/docs'])
      expect(await policyOf(path)).toBe("default-src 'none';frame-ancestors 'none'");
    for (const page of ['/api/docs/ui', '/admin/login'])
      expect(await policyOf(page)).toMatch(/script-src 'self'/);
  });

  describe('methods', () => {
    const byPath = Map.groupBy(operations(), ({ path }) => path);

    it.each([...byPath])('OPTIONS %s names the methods, without credentials', async (path, known) => {
      const methods = known.map(({ method }) => method);
      const wanted = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
      const options = await test.anonymous.call('OPTIONS', fill(path, { shop: own.shop }));
      expect([options.status, options.text]).toEqual([204, '']);
      // a name below products is an id too, so that its path knows what an id's does
      const allowed = options.headers.get('allow')?.split(', ') ?? [];
      expect(allowed).toEqual(expect.arrayContaining(wanted));
      const none = ['PUT', 'DELETE', 'PATCH'].find((method) => !allowed.includes(method)) ?? '';
      const other = await own.api.call(none, fill(path, { shop: own.shop }));
      expectProblem(other, 405, 'method_not_allowed');
      expect(other.headers.get('allow')).toBe(options.headers.get('allow'));
    });

    it('OPTIONS finds nothing where nothing is', async () => {
      expectProblem(await own.api.call('OPTIONS', '/api/sheep'), 404, 'route_not_found');
    });

    const reads = operations().filter(({ method }) => method === 'GET');
    it.each(reads.map(({ path }) => path))('HEAD %s says what GET says, without a body', async (path) => {
      const url = fill(path, { shop: own.shop });
      const [head, get] = [await raw(url, {}, 'HEAD'), await raw(url)];
      expect(head.body).toHaveLength(0);
      expect(head.status).toBe(get.status);
      expect(head.headers['content-type']).toBe(get.headers['content-type']);
    });

    it.each(['gzip', 'identity'])(
      'HEAD tells the length of the body as it would be sent: %s',
      async (coding) => {
        for (const path of ['/api/docs', list, `${list}?fields=id`, '/api/plans']) {
          const headers = { 'accept-encoding': coding };
          const [head, get] = [await raw(path, headers, 'HEAD'), await raw(path, headers)];
          if (head.headers['content-length'] === undefined) continue; // as HEAD may leave it out
          expect([path, head.headers['content-length']]).toEqual([path, String(get.body.length)]);
        }
      },
    );

    it('HEAD reads no export to its end', async () => {
      const head = await raw(`${list}/export.csv`, {}, 'HEAD');
      expect([head.status, head.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
      expect(head.body).toHaveLength(0);
    });
  });

  describe('Accept', () => {
    const accepting = (path: string, accept: string) => own.api.get(path, { headers: { accept } });

    it.each([
      '*/*',
      'application/*',
      'application/json',
      'application/json; charset=utf-8',
      'application/problem+json',
      'text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8',
      'APPLICATION/JSON',
      'text/html;q=0.9, application/json;q=0.1',
    ])('%s gets JSON', async (accept) => {
      expect((await accepting(list, accept)).status).toBe(200);
    });

    it.each([
      'text/html',
      'application/xml',
      'text/*',
      'application/json;q=0',
      'application/json;q=0, text/html',
      'nonsense',
      `text/html${', text/plain'.repeat(100)}`,
    ])('%s gets no JSON', async (accept) => {
      expectProblem(await accepting(list, accept), 406, 'not_acceptable');
    });

    it('refuses a change before it is made', async () => {
      const refused = await own.api.post(list, { title: 'Never' }, { headers: { accept: 'text/html' } });
      expectProblem(refused, 406, 'not_acceptable');
      expect((await own.api.get(`${list}?q=never`)).body.data).toEqual([]);
    });

    it('is held against what a route gives', async () => {
      const csv = `${list}/export.csv`;
      expect((await accepting(csv, 'text/csv')).status).toBe(200);
      expectProblem(await accepting(csv, 'application/json'), 406, 'not_acceptable');
      const sitemap = `/sitemaps/${own.shop}/sitemap.xml`;
      expectProblem(await accepting(sitemap, 'application/xml'), 404, 'sitemap_not_found');
      expectProblem(await accepting(sitemap, 'application/json'), 406, 'not_acceptable');
      expectProblem(await accepting('/api/jobs/x/events', 'text/event-stream'), 404, 'job_not_found');
      expectProblem(await accepting('/api/jobs/x/events', 'application/json'), 406, 'not_acceptable');
      expect((await accepting('/metrics', 'text/plain;version=0.0.4')).status).toBe(200);
      expect((await accepting('/api/docs/ui', 'text/html')).status).toBe(200);
    });
  });

  describe('compression', () => {
    const bodies = {
      cached: () => list,
      uncached: () => '/api/docs',
      export: () => `${list}/export.csv`,
    };

    it.each(Object.entries(bodies))('of what is %s: once, as asked for, off by header', async (_, path) => {
      const plain = await raw(path());
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.body.length).toBeGreaterThan(1_024);
      const zipped = await raw(path(), { 'accept-encoding': 'br, gzip' });
      expect(zipped.headers['content-encoding']).toBe('gzip');
      expect(zipped.headers.vary?.toLowerCase()).toContain('accept-encoding');
      expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
      const refused = await raw(path(), { 'accept-encoding': 'gzip', 'x-no-compression': '1' });
      expect(refused.headers['content-encoding']).toBeUndefined();
      expect(refused.body.equals(plain.body)).toBe(true);
      expect(
        (await raw(path(), { 'accept-encoding': 'gzip;q=0' })).headers['content-encoding'],
      ).toBeUndefined();
    });

    it('leaves small answers alone', async () => {
      const { headers } = await raw('/health/live', { 'accept-encoding': 'gzip' });
      expect(headers['content-encoding']).toBeUndefined();
    });

    it('is of long problems too', async () => {
      const query = Array.from({ length: 20 }, (_, n) => `unknown_field_of_some_length_${n}=1`).join('&');
      const { status, headers, body } = await raw(`${list}?${query}`, { 'accept-encoding': 'gzip' });
      expect([status, headers['content-encoding']]).toEqual([400, 'gzip']);
      expect(JSON.parse(gunzipSync(body).toString())).toMatchObject({ code: 'validation_failed' });
    });
  });
});

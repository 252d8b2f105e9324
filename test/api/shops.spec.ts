import { startTestApp, type TestApp } from '../support/app.js';
import { expectProblem } from '../support/problem.js';

describe('shops', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  const install = (shop: string, more: object = {}) =>
    test.admin.post('/api/shops', { shop, name: 'Nordlys', currency: 'EUR', ...more });

  describe('install', () => {
    it('makes a shop with defaults, a first key that works and a Location', async () => {
      const installed = await install('fresh.myshopify.com');
      expect(installed.status).toBe(201);
      expect(installed.headers.get('location')).toBe('/api/shops/fresh.myshopify.com');
      expect(installed.headers.get('etag')).toBe('"1"');
      expect(installed.body).toMatchObject({
        shop: 'fresh.myshopify.com',
        name: 'Nordlys',
        currency: 'EUR',
        email: '',
        primaryDomain: 'fresh.myshopify.com',
        timeZone: 'UTC',
        locales: [{ locale: 'en', primary: true }],
        uninstalledAt: null,
        version: 1,
      });
      const read = await test.anonymous.as(installed.body.apiKey).get('/api/shops/fresh.myshopify.com');
      expect(read.status).toBe(200);
      const { apiKey: _, ...shop } = installed.body;
      expect(read.body).toEqual(shop);
    });

    it('keeps every setting it is given', async () => {
      const settings = {
        email: 'owner@example.com',
        primaryDomain: 'shop.example.com',
        timeZone: 'Europe/Berlin',
        locales: [
          { locale: 'de', primary: true },
          { locale: 'pt-BR', primary: false, urlPrefix: 'pt' },
        ],
      };
      expect((await install('complete.myshopify.com', settings)).body).toMatchObject(settings);
    });

    it('refuses a shop that is installed', async () => {
      await install('twice.myshopify.com');
      expectProblem(await install('twice.myshopify.com'), 409, 'shop_exists');
    });

    it('of parallel installations lets one through', async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => install('race.myshopify.com')));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
      expect(await test.db.collection('api_keys').countDocuments({ shop: 'race.myshopify.com' })).toBe(1);
    });

    it.each([
      ['a foreign domain', { shop: 'shop.example.com' }],
      ['a domain that ends in a hyphen', { shop: 'shop-.myshopify.com' }],
      ['an unknown currency', { currency: 'ZZZ' }],
      ['an unknown time zone', { timeZone: 'Mars/Olympus' }],
      [
        'two primary locales',
        {
          locales: [
            { locale: 'en', primary: true },
            { locale: 'de', primary: true },
          ],
        },
      ],
      ['no primary locale', { locales: [{ locale: 'en', primary: false }] }],
      [
        'a locale twice',
        {
          locales: [
            { locale: 'en', primary: true },
            { locale: 'en', primary: false },
          ],
        },
      ],
      [
        'two locales under one prefix',
        {
          locales: [
            { locale: 'en', primary: true },
            { locale: 'de', primary: false, urlPrefix: 'x' },
            { locale: 'fr', primary: false, urlPrefix: 'X' },
          ],
        },
      ],
      ['an address as the host', { primaryDomain: 'https://shop.example.com/' }],
      ['an e-mail that is none', { email: 'nobody' }],
      ['an empty name', { name: '' }],
    ])('refuses %s', async (_, wrong) => {
      expectProblem(await install('wrong.myshopify.com', wrong), 400, 'validation_failed');
      expect(await test.db.collection('shops').countDocuments({ shop: 'wrong.myshopify.com' })).toBe(0);
    });

    it('is for operators only', async () => {
      const { api } = await test.newShop();
      const body = { shop: 'mine.myshopify.com', name: 'Mine', currency: 'EUR' };
      expectProblem(await api.post('/api/shops', body), 403, 'forbidden');
      expectProblem(await test.anonymous.post('/api/shops', body), 401, 'unauthenticated');
    });
  });

  describe('settings', () => {
    it('changes what is given and nothing else', async () => {
      const { shop, api } = await test.newShop();
      const { body: before } = await api.get(`/api/shops/${shop}`);
      const changed = await api.patch(`/api/shops/${shop}`, { timeZone: 'Asia/Tokyo' });
      expect(changed.status).toBe(200);
      expect(changed.headers.get('etag')).toBe('"2"');
      expect(changed.body).toEqual({
        ...before,
        timeZone: 'Asia/Tokyo',
        version: 2,
        updatedAt: changed.body.updatedAt,
      });
      expect((await api.get(`/api/shops/${shop}`)).body).toEqual(changed.body);
    });

    it('refuses a stale If-Match and takes the current one', async () => {
      const { shop, api } = await test.newShop();
      const etag = (await api.get(`/api/shops/${shop}`)).headers.get('etag')!;
      const first = await api.patch(`/api/shops/${shop}`, { name: 'A' }, { headers: { 'if-match': etag } });
      expect(first.status).toBe(200);
      const second = await api.patch(`/api/shops/${shop}`, { name: 'B' }, { headers: { 'if-match': etag } });
      expectProblem(second, 412, 'version_mismatch');
      expectProblem(
        await api.patch(`/api/shops/${shop}`, { name: 'B' }, { headers: { 'if-match': 'W/"2"' } }),
        412,
        'version_mismatch',
      );
      expect((await api.get(`/api/shops/${shop}`)).body.name).toBe('A');
      expect(
        (await api.patch(`/api/shops/${shop}`, { name: 'C' }, { headers: { 'if-match': '*' } })).status,
      ).toBe(200);
    });

    it('of parallel writers with one ETag lets one win', async () => {
      const { shop, api } = await test.newShop();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          api.patch(`/api/shops/${shop}`, { name: `N${n}` }, { headers: { 'if-match': '"1"' } }),
        ),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 412)).toHaveLength(9);
    });

    it.each([
      [{ currency: 'USD' }],
      [{ shop: 'other.myshopify.com' }],
      [{ name: null }],
      [{ uninstalledAt: null }],
      [{ locales: [] }],
    ])('refuses %j', async (body) => {
      const { shop, api } = await test.newShop();
      expectProblem(await api.patch(`/api/shops/${shop}`, body), 400, 'validation_failed');
      expect((await api.get(`/api/shops/${shop}`)).body.version).toBe(1);
    });
  });

  describe('list', () => {
    it('shows operators every shop, newest installation first, page by page', async () => {
      const names = [];
      for (let n = 0; n < 3; n++) names.unshift((await test.newShop()).shop);
      const first = await test.admin.get('/api/shops?limit=2');
      expect(first.body.data.map(({ shop }: { shop: string }) => shop)).toEqual(names.slice(0, 2));
      const total = await test.db.collection('shops').countDocuments();
      expect(first.body.page).toEqual({ nextCursor: null, hasMore: true, total });
      const rest = await test.admin.get('/api/shops?offset=2');
      expect(rest.body.data[0].shop).toBe(names[2]);
      expect(rest.body.data).toHaveLength(total - 2);
      expect(rest.body.page.hasMore).toBe(false);
      expect(first.text).not.toContain('apiKey');
    });

    it('is closed to merchants', async () => {
      expectProblem(await (await test.newShop()).api.get('/api/shops'), 403, 'forbidden');
    });
  });
});

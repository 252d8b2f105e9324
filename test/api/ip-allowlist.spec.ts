import { startIdentityApp, type IdentityApp } from '../support/identity-app.js';
import { expectProblem } from '../support/problem.js';
import type { ApiClient } from '../support/client.js';

describe('IP allowlists behind a trusted proxy', () => {
  let test: IdentityApp;
  beforeAll(async () => {
    test = await startIdentityApp({ TRUSTED_PROXIES: '127.0.0.1/32' });
  });
  afterAll(() => test.close());

  const from = (api: ApiClient, ip: string, path: string) =>
    api.get(path, { headers: { 'x-forwarded-for': ip } });

  it.each([
    ['203.0.113.0/24', '203.0.113.77', '203.0.114.1'],
    ['203.0.113.7', '203.0.113.7', '203.0.113.8'],
    ['2001:db8::/32', '2001:db8:1::5', '2001:db9::1'],
    ['2001:DB8:0::1', '2001:db8::1', '2001:db8::2'],
    ['203.0.113.0/24', '::ffff:203.0.113.9', '::ffff:203.0.114.9'],
  ])('a shop that allows %s is open to %s and closed to %s', async (network, inside, outside) => {
    const own = await test.newShop();
    const owner = await test.newOwner(own);
    const shop = `/api/shops/${own.shop}`;
    expect((await test.admin.patch(shop, { ipAllowlist: [network] })).status).toBe(200);
    for (const api of [own.api, owner.api]) {
      expect((await from(api, inside, shop)).status).toBe(200);
      expectProblem(await from(api, outside, shop), 403, 'ip_not_allowed');
      // what the client writes before the proxy does not count
      expectProblem(await from(api, `${inside}, ${outside}`, shop), 403, 'ip_not_allowed');
    }
    expect((await from(test.admin, outside, shop)).status).toBe(200);
  });

  it('hold where the path names no shop', async () => {
    const own = await test.newShop();
    const owner = await test.newOwner(own);
    const { body } = await own.api.post(`/api/shops/${own.shop}/sitemaps`);
    await own.api.job(body.jobId);
    await test.admin.patch(`/api/shops/${own.shop}`, { ipAllowlist: ['203.0.113.0/24'] });
    const job = `/api/jobs/${body.jobId}`;
    expect((await from(own.api, '203.0.113.1', job)).status).toBe(200);
    expect((await from(owner.api, '203.0.113.1', job)).status).toBe(200);
    expectProblem(await from(own.api, '198.51.100.1', job), 403, 'ip_not_allowed');
    expectProblem(await from(owner.api, '198.51.100.1', job), 404, 'job_not_found');
    expect((await from(owner.api, '198.51.100.1', '/api/auth/me')).status).toBe(200);
    // the public pages of the shop are for everybody
    expect((await from(test.anonymous, '198.51.100.1', `/sitemaps/${own.shop}/sitemap.xml`)).status).toBe(
      200,
    );
  });

  it('of a key hold beside that of its shop', async () => {
    const own = await test.newShop();
    const shop = `/api/shops/${own.shop}`;
    const networks = { ipAllowlist: ['203.0.113.7', '2001:db8::/32'] };
    const created = await own.api.post(`${shop}/api-keys`, {
      name: 'office',
      scopes: ['shops:read'],
      ...networks,
    });
    expect(created.body.ipAllowlist).toEqual(['203.0.113.7/32', '2001:db8::/32']);
    const key = own.api.as(created.body.secret);
    expect((await from(key, '203.0.113.7', shop)).status).toBe(200);
    expectProblem(await from(key, '203.0.113.8', shop), 403, 'ip_not_allowed');
    await test.admin.patch(shop, { ipAllowlist: ['198.51.100.0/24'] });
    expectProblem(await from(key, '203.0.113.7', shop), 403, 'ip_not_allowed');
    expectProblem(await from(own.api, 'not an address', shop), 403, 'ip_not_allowed');
    await test.admin.patch(shop, { ipAllowlist: [] });
    expect((await from(key, '203.0.113.7', shop)).status).toBe(200);
  });

  it('cannot lock out who sets them', async () => {
    const own = await test.newShop();
    const patch = (ipAllowlist: unknown) =>
      own.api.patch(
        `/api/shops/${own.shop}`,
        { ipAllowlist },
        { headers: { 'x-forwarded-for': '203.0.113.7' } },
      );
    expectProblem(await patch(['198.51.100.0/24']), 400, 'validation_failed');
    expect((await patch(['203.0.113.0/24'])).body.ipAllowlist).toEqual(['203.0.113.0/24']);
    for (const wrong of [
      ['300.0.0.1'],
      ['10.0.0.0/33'],
      ['127.1'],
      ['::/129'],
      ['localhost'],
      [1],
      '10.0.0.0/8',
      null,
      Array(101).fill('10.0.0.1'),
    ]) {
      expectProblem(await patch(wrong), 400, 'validation_failed');
    }
  });
});

describe('IP allowlists without a trusted proxy', () => {
  let test: IdentityApp;
  beforeAll(async () => {
    test = await startIdentityApp();
  });
  afterAll(() => test.close());

  it('take the peer for the caller, whatever X-Forwarded-For says', async () => {
    const own = await test.newShop();
    const shop = `/api/shops/${own.shop}`;
    await test.admin.patch(shop, { ipAllowlist: ['203.0.113.0/24'] });
    expectProblem(
      await own.api.get(shop, { headers: { 'x-forwarded-for': '203.0.113.7' } }),
      403,
      'ip_not_allowed',
    );
    await test.admin.patch(shop, { ipAllowlist: ['127.0.0.1'] });
    expect((await own.api.get(shop, { headers: { 'x-forwarded-for': '203.0.113.7' } })).status).toBe(200);
  });
});

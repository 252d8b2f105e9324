import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { expectProblem } from '../support/problem.js';

const DAY_MS = 86_400_000;

describe('rotation of an API key', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  const path = ({ shop }: TestShop) => `/api/shops/${shop}/api-keys`;
  async function key(own: TestShop, more: object = {}) {
    const { body } = await own.api.post(path(own), {
      name: 'storefront',
      scopes: ['products:read'],
      ...more,
    });
    return { id: body.id as string, api: own.api.as(body.secret) };
  }
  const products = ({ shop }: TestShop) => `/api/shops/${shop}/products`;

  it('gives a successor; both work for a day', async () => {
    const own = await test.newShop();
    const old = await key(own, { ipAllowlist: ['127.0.0.0/8'] });
    const rotated = await own.api.post(`${path(own)}/${old.id}/rotate`, {});
    expect(rotated.status).toBe(201);
    expect(rotated.body).toMatchObject({
      name: 'storefront',
      scopes: ['products:read'],
      expiresAt: null,
      ipAllowlist: ['127.0.0.0/8'],
    });
    for (const api of [old.api, own.api.as(rotated.body.secret)])
      expect((await api.get(products(own))).status).toBe(200);
    const { body } = await own.api.get(path(own));
    const listed = body.data.find(({ id }: { id: string }) => id === old.id);
    expect(listed.replacedBy).toBe(rotated.body.id);
    const left = new Date(listed.expiresAt).getTime() - Date.now();
    expect(left).toBeGreaterThan(DAY_MS - 60_000);
    expect(left).toBeLessThanOrEqual(DAY_MS);
  });

  it('without an overlap ends the old key at once', async () => {
    const own = await test.newShop();
    const old = await key(own);
    const { body } = await own.api.post(`${path(own)}/${old.id}/rotate`, { overlapSeconds: 0 });
    expectProblem(await old.api.get(products(own)), 401, 'unauthenticated');
    expect((await own.api.as(body.secret).get(products(own))).status).toBe(200);
  });

  it('never lengthens the life of the old key, and gives the new one as long a life', async () => {
    const own = await test.newShop();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const old = await key(own, { expiresAt });
    const { body } = await own.api.post(`${path(own)}/${old.id}/rotate`, {});
    const life = new Date(body.expiresAt).getTime() - new Date(body.createdAt).getTime();
    expect(Math.abs(life - 3_600_000)).toBeLessThan(5_000);
    const listed = (await own.api.get(path(own))).body.data.find(({ id }: { id: string }) => id === old.id);
    expect(listed.expiresAt).toBe(expiresAt);
  });

  it('happens once, also when two come at the same moment', async () => {
    const own = await test.newShop();
    const old = await key(own);
    const rotate = () => own.api.post(`${path(own)}/${old.id}/rotate`, {});
    const answers = await Promise.all([rotate(), rotate(), rotate()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect((await own.api.get(path(own))).body.page.total).toBe(3); // installation, old, new
  });

  it("does not hand out more than the caller has, nor another tenant's key", async () => {
    const [own, other] = [await test.newShop(), await test.newShop()];
    const limited = await key(own, { scopes: ['api-keys:write'] });
    const strong = await key(own, { scopes: ['products:write'] });
    expectProblem(await limited.api.post(`${path(own)}/${strong.id}/rotate`, {}), 403, 'insufficient_scope');
    expectProblem(await other.api.post(`${path(other)}/${strong.id}/rotate`, {}), 404, 'api_key_not_found');
    expectProblem(await own.api.post(`${path(own)}/nonsense/rotate`, {}), 404, 'api_key_not_found');
    await own.api.delete(`${path(own)}/${strong.id}`);
    expectProblem(await own.api.post(`${path(own)}/${strong.id}/rotate`, {}), 404, 'api_key_not_found');
  });

  it.each([
    { overlapSeconds: -1 },
    { overlapSeconds: 604_801 },
    { overlapSeconds: '1' },
    { expiresAt: '2020-01-01' },
    { scopes: [] },
  ])('refuses %j', async (body) => {
    const own = await test.newShop();
    const old = await key(own);
    expectProblem(await own.api.post(`${path(own)}/${old.id}/rotate`, body), 400, 'validation_failed');
  });
});

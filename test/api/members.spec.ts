import { AccountsService, MembersService, ofShop } from '../../src/modules/identity/index.js';
import { startIdentityApp, PASSWORD, type IdentityApp } from '../support/identity-app.js';
import { expectProblem } from '../support/problem.js';

describe('members', () => {
  let test: IdentityApp;
  beforeAll(async () => {
    test = await startIdentityApp();
  });
  afterAll(() => test.close());

  const idOf = async (email: string) => String((await test.db.collection('users').findOne({ email }))!._id);

  it('are listed and removed; a removed one is out at once', async () => {
    const own = await test.newShop();
    const [owner, second] = [await test.newOwner(own), await test.newOwner(own)];
    const path = `/api/shops/${own.shop}/members`;
    const { body } = await owner.api.get(path);
    expect(body.data.map(({ email }: { email: string }) => email)).toEqual([owner.email, second.email]);
    expect((await second.api.get(path)).status).toBe(200);
    const id = await idOf(second.email);
    expect((await owner.api.delete(`${path}/${id}`)).status).toBe(204);
    expectProblem(await owner.api.delete(`${path}/${id}`), 404, 'member_not_found');
    expectProblem(await owner.api.delete(`${path}/nobody`), 404, 'member_not_found');
    expectProblem(await second.api.get(path), 403, 'insufficient_scope');
  });

  it('keep their last owner, also when two remove each other at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const own = await test.newShop();
      const [one, two] = [await test.newOwner(own), await test.newOwner(own)];
      const path = `/api/shops/${own.shop}/members`;
      const [idOne, idTwo] = [await idOf(one.email), await idOf(two.email)];
      const answers = await Promise.all([
        one.api.delete(`${path}/${idTwo}`),
        two.api.delete(`${path}/${idOne}`),
      ]);
      expect(
        answers
          .map(({ status }) => status)
          .sort()
          .join(),
      ).toMatch(/^204,(403|409)$/);
      const { body } = await test.admin.get(path);
      expect(body.data).toHaveLength(1);
      expectProblem(await test.admin.delete(`${path}/${body.data[0].accountId}`), 409, 'last_owner');
    }
  });

  it('go with the data of their shop', async () => {
    const own = await test.newShop();
    const owner = await test.newOwner(own);
    await owner.api.post(`/api/shops/${own.shop}/invitations`, { email: 'x@example.com', role: 'owner' });
    const { TenantData } = await import('../../src/platform/tenancy/tenant-data.js');
    await test.app.get(TenantData).purge(own.shop);
    for (const name of ['memberships', 'invitations']) {
      expect(await test.db.collection(name).countDocuments({ tenant: own.shop })).toBe(0);
    }
  });

  describe('of organisations', () => {
    const create = async (kind: string, name = 'Polar Freight') =>
      (await test.admin.post('/api/organisations', { kind, name })).body.id as string;

    it.each(['client', 'carrier'])('join a %s by invitation and get its role', async (kind) => {
      const id = await create(kind);
      const email = `${kind}@example.com`;
      expect(
        (await test.admin.post(`/api/organisations/${id}/invitations`, { email, role: 'owner' })).status,
      ).toBe(201);
      const { code, subject } = await test.smtp.mailTo(email);
      expect(subject).toBe('Invitation to Polar Freight');
      await test.anonymous.post('/api/auth/accept-invitation', { token: code, password: PASSWORD });
      const { api } = await test.login(email);
      expect((await api.get('/api/auth/me')).body).toMatchObject({
        role: kind,
        memberships: [{ kind, tenant: id, role: 'owner' }],
      });
      expect((await api.get(`/api/organisations/${id}`)).body).toMatchObject({
        id,
        kind,
        name: 'Polar Freight',
      });
      expect((await api.get(`/api/organisations/${id}/members`)).body.data).toHaveLength(1);
      expectProblem(
        await api.delete(`/api/organisations/${id}/members/${await idOf(email)}`),
        409,
        'last_owner',
      );

      const foreign = await create(kind, 'Other');
      for (const path of ['', '/members', '/invitations']) {
        expectProblem(await api.get(`/api/organisations/${foreign}${path}`), 403, 'organisation_forbidden');
        expectProblem(
          await api.get(`/api/organisations/000000000000000000000000${path}`),
          403,
          'organisation_forbidden',
        );
      }
      const own = await test.newShop();
      expectProblem(await api.get(`/api/shops/${own.shop}`), 403, 'shop_forbidden');
    });

    it('are made and listed by operators only', async () => {
      const id = await create('client');
      const { body } = await test.admin.get('/api/organisations?kind=client');
      expect(body.data[0]).toMatchObject({ id, kind: 'client' });
      expect(body.data.every(({ kind }: { kind: string }) => kind === 'client')).toBe(true);
      const { api } = await test.newPerson();
      expectProblem(await api.get('/api/organisations'), 403, 'forbidden');
      expectProblem(await api.post('/api/organisations', { kind: 'client', name: 'Mine' }), 403, 'forbidden');
      expectProblem(
        await test.admin.post('/api/organisations', { kind: 'shop', name: 'x' }),
        400,
        'validation_failed',
      );
      expectProblem(
        await test.admin.post('/api/organisations', { kind: 'client', name: '  ' }),
        400,
        'validation_failed',
      );
      expectProblem(await test.admin.get('/api/organisations/nonsense'), 404, 'organisation_not_found');
    });

    it("are not reached with a shop's key", async () => {
      const id = await create('carrier');
      const own = await test.newShop();
      expectProblem(await own.api.get(`/api/organisations/${id}`), 403, 'organisation_forbidden');
    });
  });

  it('lose what an operator takes from their account', async () => {
    const own = await test.newShop();
    const owner = await test.newOwner(own);
    await test.app.get(AccountsService).put(owner.email, PASSWORD, 'merchant');
    expectProblem(await owner.api.get('/api/auth/me'), 401, 'unauthenticated');
    expect((await test.app.get(MembersService).list(ofShop(own.shop), 0, 10)).total).toBe(1);
  });
});

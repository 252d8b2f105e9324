import { startIdentityApp, PASSWORD, type IdentityApp } from '../support/identity-app.js';
import type { TestShop } from '../support/app.js';
import type { ApiClient } from '../support/client.js';
import { expectProblem } from '../support/problem.js';
import { stored } from '../support/stored.js';

describe('invitations', () => {
  let test: IdentityApp;
  let own: TestShop;
  let owner: ApiClient;
  beforeAll(async () => {
    test = await startIdentityApp();
    own = await test.newShop({ name: 'Nordlys' });
    owner = (await test.newOwner(own)).api;
  });
  afterAll(() => test.close());

  const path = ({ shop } = own) => `/api/shops/${shop}/invitations`;
  const STAFF = { role: 'staff', scopes: ['products:read'] };
  const acceptWith = (token: string | undefined, password = PASSWORD) =>
    test.anonymous.post('/api/auth/accept-invitation', { token, password });
  let addresses = 0;
  const invited = async (more: object = STAFF) => {
    const email = `guest-${++addresses}@example.com`;
    const answer = await owner.post(path(), { email, ...more });
    if (answer.status !== 201) throw new Error(answer.text);
    const { code } = await test.smtp.mailTo(email, /Nordlys/);
    return { email, code, id: answer.body.id as string };
  };

  it('make a new account a member of staff, with the scopes given and no others', async () => {
    const { email, code } = await invited();
    const accepted = await acceptWith(code);
    expect(accepted.status).toBe(200);
    const guest = test.anonymous.as(accepted.body.accessToken);
    expect((await guest.get(`/api/shops/${own.shop}/products`)).status).toBe(200);
    expectProblem(
      await guest.post(`/api/shops/${own.shop}/products`, { title: 'No' }),
      403,
      'insufficient_scope',
    );
    expectProblem(await guest.get(`/api/shops/${own.shop}/members`), 403, 'insufficient_scope');
    const other = await test.newShop();
    expectProblem(await guest.get(`/api/shops/${other.shop}/products`), 403, 'shop_forbidden');
    const { body } = await guest.get('/api/auth/me');
    expect(body).toMatchObject({ email, role: 'merchant' });
    expect(body.memberships).toEqual([
      { kind: 'shop', tenant: own.shop, role: 'staff', scopes: ['products:read'] },
    ]);
    expect((await test.login(email)).api).toBeDefined();
  });

  it('make a logged in account an owner', async () => {
    const person = await test.newPerson();
    await owner.post(path(), { email: person.email, role: 'owner' });
    const { code } = await test.smtp.mailTo(person.email, /Nordlys/);
    expectProblem(await person.api.get(`/api/shops/${own.shop}`), 403, 'insufficient_scope');
    const accepted = await person.api.post('/api/invitations/accept', { token: code });
    expect(accepted.body).toMatchObject({ kind: 'shop', tenant: own.shop, role: 'owner' });
    expect((await person.api.get(`/api/shops/${own.shop}`)).status).toBe(200);
    expectProblem(await owner.post(path(), { email: person.email, ...STAFF }), 409, 'already_member');
  });

  it('let an account be one thing in one shop and another in another', async () => {
    const other = await test.newShop();
    const person = await test.newOwner(other);
    await owner.post(path(), { email: person.email, ...STAFF });
    const { code } = await test.smtp.mailTo(person.email, /Nordlys/);
    await person.api.post('/api/invitations/accept', { token: code });
    expect((await person.api.post(`/api/shops/${other.shop}/products`, { title: 'Mine' })).status).toBe(201);
    expect((await person.api.get(`/api/shops/${own.shop}/products`)).status).toBe(200);
    expectProblem(
      await person.api.post(`/api/shops/${own.shop}/products`, { title: 'No' }),
      403,
      'insufficient_scope',
    );
    const { body } = await own.api.post(`/api/shops/${own.shop}/sitemaps`);
    expectProblem(await person.api.get(`/api/jobs/${body.jobId}`), 404, 'job_not_found');
    await own.api.job(body.jobId);
  });

  it('are for their address only', async () => {
    const { code } = await invited();
    const stranger = await test.newPerson();
    expectProblem(await stranger.api.post('/api/invitations/accept', { token: code }), 403, 'forbidden');
    expect((await acceptWith(code)).status).toBe(200);
  });

  it('ask an existing account for its password', async () => {
    const person = await test.newPerson();
    await owner.post(path(), { email: person.email, ...STAFF });
    const { code } = await test.smtp.mailTo(person.email, /Nordlys/);
    expectProblem(await acceptWith(code, 'not its password'), 401, 'invalid_credentials');
    expect((await acceptWith(code)).status).toBe(200);
  });

  it.each([
    ['a new account', false],
    ['an existing account', true],
  ])('work once: of two at the same moment one gets in, with %s', async (_, exists) => {
    const { email, code } = await invited();
    if (exists)
      await test.app
        .get((await import('../../src/modules/identity/index.js')).AccountsService)
        .put(email, PASSWORD, 'merchant');
    const answers = await Promise.all([acceptWith(code), acceptWith(code), acceptWith(code)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect([400, 409, 401]).toContain(answer.status);
    }
    expectProblem(await acceptWith(code), 400, 'invalid_token');
    expect(await test.db.collection('memberships').countDocuments({ email })).toBe(1);
    expect(await test.db.collection('users').countDocuments({ email })).toBe(1);
  });

  it('are void when revoked, renewed or expired', async () => {
    const first = await invited();
    expect((await owner.delete(`${path()}/${first.id}`)).status).toBe(204);
    expectProblem(await owner.delete(`${path()}/${first.id}`), 404, 'invitation_not_found');
    expectProblem(await acceptWith(first.code), 400, 'invalid_token');

    const second = await invited();
    const renewed = await owner.post(path(), { email: second.email, ...STAFF });
    expect(renewed.body.id).toBe(second.id);
    expectProblem(await acceptWith(second.code), 400, 'invalid_token');

    const third = await invited();
    await test.db
      .collection('invitations')
      .updateOne({ email: third.email }, { $set: { expiresAt: new Date(0) } });
    expectProblem(await acceptWith(third.code), 400, 'invalid_token');
  });

  it('refuse a weak password for a new account and stay open', async () => {
    const { code } = await invited();
    expectProblem(await acceptWith(code, 'password123'), 400, 'validation_failed');
    expect((await acceptWith(code)).status).toBe(200);
  });

  it('are listed while open; codes are stored as hashes', async () => {
    const { email, id, code } = await invited();
    const { body, text } = await owner.get(path());
    expect(body.data[0]).toMatchObject({ id, email, role: 'staff', scopes: ['products:read'] });
    expect(
      new Date(body.data[0].expiresAt).getTime() - new Date(body.data[0].createdAt).getTime(),
    ).toBeGreaterThan(6.9 * 86_400_000);
    expect(text + JSON.stringify(await stored(test.db)) + JSON.stringify(test.logs)).not.toContain(code);
    await acceptWith(code);
    expect((await owner.get(path())).body.data.map((open: { id: string }) => open.id)).not.toContain(id);
  });

  it.each([
    ['staff without scopes', { role: 'staff' }, 400, 'validation_failed'],
    ['an owner with scopes', { role: 'owner', scopes: ['products:read'] }, 400, 'validation_failed'],
    ['an unknown role', { role: 'admin' }, 400, 'validation_failed'],
    ['an unknown scope', { role: 'staff', scopes: ['everything'] }, 400, 'validation_failed'],
    ['no address', { role: 'owner', email: 'nobody' }, 400, 'validation_failed'],
  ])('refuse %s', async (_, body, status, code) => {
    expectProblem(await owner.post(path(), { email: 'x@example.com', ...body }), status, code);
  });

  it('grant no more than the inviter has', async () => {
    const { email, code } = await invited({
      role: 'staff',
      scopes: ['members:read', 'members:write', 'products:read'],
    });
    await acceptWith(code);
    const { api } = await test.login(email);
    expectProblem(
      await api.post(path(), { email: 'a@example.com', role: 'owner' }),
      403,
      'insufficient_scope',
    );
    const beyond = { email: 'a@example.com', role: 'staff', scopes: ['products:write'] };
    expectProblem(await api.post(path(), beyond), 403, 'insufficient_scope');
    expect((await api.post(path(), { email: 'a@example.com', ...STAFF })).status).toBe(201);
  });

  it('go to the owner named when a shop is installed', async () => {
    const shop = 'with-owner.myshopify.com';
    const body = { shop, name: 'With owner', currency: 'EUR', ownerEmail: 'Boss@Example.com' };
    expect((await test.admin.post('/api/shops', body)).status).toBe(201);
    const { code } = await test.smtp.mailTo('boss@example.com');
    const { body: tokens } = await acceptWith(code);
    const boss = test.anonymous.as(tokens.accessToken);
    expect((await boss.patch(`/api/shops/${shop}`, { name: 'Mine' })).status).toBe(200);
    await test.admin.delete(`/api/shops/${shop}`);
    expect((await test.admin.post('/api/shops', body)).status).toBe(201);
    expect((await boss.get(`/api/shops/${shop}/members`)).body.data).toHaveLength(1);
    expectProblem(
      await test.admin.post('/api/shops', { ...body, ownerEmail: 'nobody' }),
      400,
      'validation_failed',
    );
  });
});

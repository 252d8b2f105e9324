import type { ApiClient } from '../support/client.js';
import type { TestApp, TestShop } from '../support/app.js';
import { AccountsService, MembersService, ofShop } from '../../src/modules/identity/index.js';
import { hashToken, newToken } from '../../src/platform/crypto/secret-token.js';
import type { Driver } from './drive.js';

const PASSWORD = 'correct horse battery';
let fresh = 0;
const unique = (text: string): string => `${text}-${process.pid}-${++fresh}`;
const address = (): string => `${unique('person')}@example.com`;

/** Calls that succeed for the operations of identity; codes out of mails are put into the database instead. */
export function identityDrivers(test: TestApp, { shop, api }: TestShop): Record<string, Driver> {
  const { admin, anonymous, db } = test;
  const base = `/api/shops/${shop}`;
  const accounts = test.app.get(AccountsService);
  const staff = () => ({ email: address(), role: 'staff', scopes: ['products:read'] });

  async function person(): Promise<{ id: string; email: string; me: ApiClient; refreshToken: string }> {
    const { _id, email } = await accounts.put(address(), PASSWORD, 'merchant');
    const { accessToken, refreshToken } = await accounts.login(email, PASSWORD);
    return { id: String(_id), email, me: anonymous.as(accessToken), refreshToken };
  }
  async function code(purpose: string, email: string, more: object = {}): Promise<string> {
    const token = newToken();
    const expiresAt = new Date(Date.now() + 3_600_000);
    const stored = { _id: hashToken(token), purpose, email, createdAt: new Date(), expiresAt, ...more };
    await db.collection('email_tokens').insertOne(stored as never);
    return token;
  }
  async function invitation(email: string): Promise<string> {
    const token = newToken();
    await api.post(`${base}/invitations`, { ...staff(), email });
    await db.collection('invitations').updateOne({ email }, { $set: { tokenHash: hashToken(token) } });
    return token;
  }
  let organisationId: string | undefined;
  const organisation = async (): Promise<string> =>
    (organisationId ??= (await admin.post('/api/organisations', { kind: 'carrier', name: 'Polar' })).body
      .id as string);
  const ofOrganisation = async (path = ''): Promise<string> =>
    `/api/organisations/${await organisation()}${path}`;
  const open = async (path: string): Promise<string> =>
    `${path}/${(await admin.post(path, staff())).body.id}`;
  async function member(tenant: Parameters<MembersService['addOwner']>[0]): Promise<string> {
    for (let owners = 0; owners < 2; owners++) {
      const account = await accounts.put(address(), PASSWORD, 'merchant');
      await test.app.get(MembersService).addOwner(tenant, account);
      if (owners === 1) return String(account._id);
    }
    throw new Error('unreachable');
  }

  return {
    register: () => anonymous.post('/api/auth/register', { email: address(), password: PASSWORD }),
    verifyEmail: async () =>
      anonymous.post('/api/auth/verify-email', {
        token: await code('verify', address(), { passwordHash: 'x' }),
      }),
    refreshTokens: async () =>
      anonymous.post('/api/auth/refresh', { refreshToken: (await person()).refreshToken }),
    logout: async () => anonymous.post('/api/auth/logout', { refreshToken: (await person()).refreshToken }),
    getAccount: async () => (await person()).me.get('/api/auth/me'),
    changePassword: async () =>
      (await person()).me.post('/api/auth/change-password', {
        currentPassword: PASSWORD,
        newPassword: 'quite another one',
      }),
    forgotPassword: async () =>
      anonymous.post('/api/auth/forgot-password', { email: (await person()).email }),
    resetPassword: async () =>
      anonymous.post('/api/auth/reset-password', {
        token: await code('reset', (await person()).email),
        newPassword: 'quite another one',
      }),
    listSessions: (limit) => admin.get(`/api/auth/sessions?limit=${limit}`),
    endSession: async () => {
      const { me } = await person();
      return me.delete(`/api/auth/sessions/${(await me.get('/api/auth/sessions')).body.data[0].id}`);
    },
    endSessions: async () => (await person()).me.delete('/api/auth/sessions'),
    getJwks: () => anonymous.get('/.well-known/jwks.json'),
    rotateApiKey: async () => {
      const { body } = await api.post(`${base}/api-keys`, { name: 'driven', scopes: ['products:read'] });
      return api.post(`${base}/api-keys/${body.id}/rotate`, {});
    },
    createOrganisation: () => admin.post('/api/organisations', { kind: 'client', name: unique('Client') }),
    listOrganisations: async (limit) => {
      await admin.get(`/api/organisations?kind=client&limit=${limit}`);
      return admin.get(`/api/organisations?limit=${limit}`);
    },
    getOrganisation: async () => admin.get(await ofOrganisation()),
    listShopMembers: (limit) => api.get(`${base}/members?limit=${limit}`),
    removeShopMember: async () => api.delete(`${base}/members/${await member(ofShop(shop))}`),
    listOrganisationMembers: async (limit) => admin.get(await ofOrganisation(`/members?limit=${limit}`)),
    removeOrganisationMember: async () => {
      const id = await member({ kind: 'carrier', tenant: await organisation() });
      return admin.delete(await ofOrganisation(`/members/${id}`));
    },
    listShopInvitations: (limit) => api.get(`${base}/invitations?limit=${limit}`),
    inviteToShop: () => api.post(`${base}/invitations`, staff()),
    revokeShopInvitation: async () => api.delete(await open(`${base}/invitations`)),
    listOrganisationInvitations: async (limit) =>
      admin.get(await ofOrganisation(`/invitations?limit=${limit}`)),
    inviteToOrganisation: async () => admin.post(await ofOrganisation('/invitations'), staff()),
    revokeOrganisationInvitation: async () => admin.delete(await open(await ofOrganisation('/invitations'))),
    acceptInvitation: async () => {
      const { me, email } = await person();
      return me.post('/api/invitations/accept', { token: await invitation(email) });
    },
    acceptInvitationWithPassword: async () =>
      anonymous.post('/api/auth/accept-invitation', {
        token: await invitation(address()),
        password: PASSWORD,
      }),
  };
}

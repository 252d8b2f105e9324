import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { decodeProtectedHeader } from 'jose';
import { startIdentityApp, type IdentityApp } from '../support/identity-app.js';

const SECRET_KEY = 'a secret key that only the tests know about';

describe('operator commands of identity', () => {
  let test: IdentityApp;
  beforeAll(async () => {
    test = await startIdentityApp({ SECRET_KEY });
  });
  afterAll(() => test.close());

  /** What a command prints last. */
  async function cli(...args: string[]): Promise<Record<string, string>> {
    const { stdout } = await promisify(execFile)(process.execPath, ['dist/cli.js', ...args], {
      env: { ...process.env, ...test.env },
    });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, string>;
  }

  it('account:create makes an owner who can log in without a mail', async () => {
    const { shop } = await test.newShop();
    const { email, password } = await cli('account:create', 'Owner@Example.com', '--shop', shop);
    const { api } = await test.login(email!, password);
    expect((await api.get(`/api/shops/${shop}`)).status).toBe(200);
    await expect(cli('account:create', 'x@example.com', '--role', 'admin')).rejects.toThrow(
      /not one of merchant/,
    );
    await expect(cli('account:create', 'x@example.com', '--shop', 'nobody.myshopify.com')).rejects.toThrow(
      /no shop/,
    );
  });

  it('keys:rotate is taken up by a running instance without a restart', async () => {
    const person = await test.newPerson();
    const { kid } = await cli('keys:rotate', '--now');
    await test.app
      .get((await import('../../src/modules/identity/index.js')).SigningKeysService)
      .verifyingKey(kid!);
    const { body } = await test.anonymous.post('/api/auth/refresh', { refreshToken: person.refreshToken });
    expect(decodeProtectedHeader(body.accessToken).kid).toBe(kid);
    expect((await test.anonymous.as(body.accessToken).get('/api/auth/me')).status).toBe(200);
    expect((await person.api.get('/api/auth/me')).status).toBe(401);
  });
});

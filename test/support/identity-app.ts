import { AccountsService, MembersService, ofShop } from '../../src/modules/identity/index.js';
import { startTestApp, type TestApp, type TestShop } from './app.js';
import type { ApiClient } from './client.js';
import { startSmtp, type MailSink } from './smtp.js';

export const PASSWORD = 'correct horse battery';

/** Somebody who is logged in. */
export interface Person {
  email: string;
  api: ApiClient;
  accessToken: string;
  refreshToken: string;
}

/** The application with a mail server to look into. */
export interface IdentityApp extends TestApp {
  smtp: MailSink;
  /** Logs in. */
  login(email: string, password?: string): Promise<Person>;
  /** An account without shops, logged in. */
  newPerson(role?: 'merchant' | 'client' | 'carrier' | 'admin'): Promise<Person>;
  /** An account that owns the shop, logged in. */
  newOwner(shop: TestShop): Promise<Person>;
}

let people = 0;

export async function startIdentityApp(env: Record<string, string> = {}): Promise<IdentityApp> {
  const smtp = await startSmtp();
  const test = await startTestApp({ SMTP_URL: smtp.url, ...env });
  const accounts = test.app.get(AccountsService);
  const login = async (email: string, password = PASSWORD): Promise<Person> => {
    const { status, body, text } = await test.anonymous.post('/api/auth/login', { email, password });
    if (status !== 200) throw new Error(`${status} ${text}`);
    const { accessToken, refreshToken } = body;
    return { email, accessToken, refreshToken, api: test.anonymous.as(accessToken) };
  };
  const newAccount = (role: 'merchant' | 'client' | 'carrier' | 'admin' = 'merchant') =>
    accounts.put(`person-${++people}@example.com`, PASSWORD, role);
  return {
    ...test,
    smtp,
    login,
    newPerson: async (role) => login((await newAccount(role)).email),
    async newOwner({ shop }) {
      const account = await newAccount();
      await test.app.get(MembersService).addOwner(ofShop(shop), account);
      return login(account.email);
    },
    async close() {
      await test.close();
      await smtp.close();
    },
  };
}

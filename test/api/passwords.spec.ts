import { hash } from '@node-rs/argon2';
import { startIdentityApp, PASSWORD, type IdentityApp, type Person } from '../support/identity-app.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/problem.js';

const NEXT = 'quite another password';

describe('passwords', () => {
  let test: IdentityApp;
  beforeAll(async () => {
    test = await startIdentityApp();
  });
  afterAll(() => test.close());

  const change = ({ api }: Person, currentPassword: string, newPassword: string) =>
    api.post('/api/auth/change-password', { currentPassword, newPassword });
  const forgot = (email: string) => test.anonymous.post('/api/auth/forgot-password', { email });
  const reset = (token: string | undefined, newPassword = NEXT) =>
    test.anonymous.post('/api/auth/reset-password', { token, newPassword });
  const login = (email: string, password: string) =>
    test.anonymous.post('/api/auth/login', { email, password });

  it('are changed by who knows the old one; every other session ends', async () => {
    const person = await test.newPerson();
    const elsewhere = await test.login(person.email);
    expectProblem(await change(person, 'wrong', NEXT), 401, 'invalid_credentials');
    expectProblem(await change(person, PASSWORD, 'password123'), 400, 'validation_failed');
    expect((await change(person, PASSWORD, NEXT)).status).toBe(204);
    expect((await person.api.get('/api/auth/me')).status).toBe(200);
    expectProblem(await elsewhere.api.get('/api/auth/me'), 401, 'unauthenticated');
    const refreshed = await test.anonymous.post('/api/auth/refresh', {
      refreshToken: elsewhere.refreshToken,
    });
    expectProblem(refreshed, 401, 'invalid_refresh_token');
    expectProblem(await login(person.email, PASSWORD), 401, 'invalid_credentials');
    expect((await login(person.email, NEXT)).status).toBe(200);
    await test.smtp.mailTo(person.email, /was changed/);
  });

  it('are reset by a code from a mail, once; every session ends', async () => {
    const person = await test.newPerson();
    expect((await forgot(person.email.toUpperCase())).status).toBe(202);
    const { code } = await test.smtp.mailTo(person.email, /Set a new/);
    expectProblem(await reset(code, 'password123'), 400, 'validation_failed');
    const answers = await Promise.all([reset(code), reset(code)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
    expectProblem(await reset(code), 400, 'invalid_token');
    expectProblem(await person.api.get('/api/auth/me'), 401, 'unauthenticated');
    expect((await login(person.email, NEXT)).status).toBe(200);
  });

  it('reset codes die with a change of the password, and after an hour', async () => {
    const person = await test.newPerson();
    await forgot(person.email);
    const { code } = await test.smtp.mailTo(person.email, /Set a new/);
    await change(person, PASSWORD, NEXT);
    expectProblem(await reset(code), 400, 'invalid_token');
    await forgot(person.email);
    const second = await eventually(() => {
      const [, found] = test.smtp.mails.filter((mail) => mail.to === person.email && mail.code);
      if (!found) throw new Error('no second mail yet');
      return found;
    });
    const stored = await test.db
      .collection('email_tokens')
      .findOne({ email: person.email, purpose: 'reset' });
    expect(stored?.['expiresAt'].getTime() - stored?.['createdAt'].getTime()).toBe(3_600_000);
    await test.db
      .collection('email_tokens')
      .updateMany({ email: person.email }, { $set: { expiresAt: new Date(0) } });
    expectProblem(await reset(second.code), 400, 'invalid_token');
  });

  it('asking for a code tells nothing of whether the address has an account', async () => {
    const known = await test.newPerson();
    const answers = [await forgot(known.email), await forgot('nobody@example.com')];
    expect([answers[1]!.status, answers[1]!.text]).toEqual([answers[0]!.status, answers[0]!.text]);
    await test.smtp.mailTo(known.email);
    await eventually(async () => {
      expect(
        await test.db.collection('jobs').countDocuments({ name: 'mail.send', state: { $ne: 'completed' } }),
      ).toBe(0);
    });
    expect(test.smtp.mails.some(({ to }) => to === 'nobody@example.com')).toBe(false);
  });

  it('are hashed anew with the parameters of today at the next login', async () => {
    const { email } = await test.newPerson();
    const users = test.db.collection('users');
    const weak = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await users.updateOne({ email }, { $set: { passwordHash: weak } });
    expect((await login(email, PASSWORD)).status).toBe(200);
    const first = (await users.findOne({ email }))!['passwordHash'];
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await login(email, PASSWORD)).status).toBe(200);
    expect((await users.findOne({ email }))!['passwordHash']).toBe(first);
  });

  it('are the same however their characters were composed', async () => {
    const person = await test.newPerson();
    await change(person, PASSWORD, 'zw\u00f6lf \u00c4ngste');
    expect((await login(person.email, 'zwo\u0308lf A\u0308ngste')).status).toBe(200);
  });
});

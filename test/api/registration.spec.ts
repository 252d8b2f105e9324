import { startIdentityApp, PASSWORD, type IdentityApp } from '../support/identity-app.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/problem.js';
import { stored } from '../support/stored.js';

describe('registration', () => {
  let test: IdentityApp;
  beforeAll(async () => {
    test = await startIdentityApp();
  });
  afterAll(() => test.close());

  const register = (email: string, password = PASSWORD) =>
    test.anonymous.post('/api/auth/register', { email, password });
  const verify = (token: string | undefined) => test.anonymous.post('/api/auth/verify-email', { token });
  const login = (email: string, password = PASSWORD) =>
    test.anonymous.post('/api/auth/login', { email, password });

  it('makes a merchant when the address is confirmed, not before', async () => {
    expect((await register('Sam@Example.com')).status).toBe(202);
    expectProblem(await login('sam@example.com'), 401, 'invalid_credentials');
    const { code, subject, html, from } = await test.smtp.mailTo('sam@example.com');
    expect(subject).toBe('Confirm your e-mail address');
    expect(from).toContain('no-reply@localhost');
    expect(html).toContain(code);
    expect((await verify(code)).status).toBe(204);
    const { body } = await login('sam@example.com');
    const me = await test.anonymous.as(body.accessToken).get('/api/auth/me');
    expect(me.body).toMatchObject({ email: 'sam@example.com', role: 'merchant', memberships: [] });
    expectProblem(await test.anonymous.as(body.accessToken).get('/api/shops'), 403, 'forbidden');
  });

  it('takes a code once, also when two come at the same moment', async () => {
    await register('once@example.com');
    const { code } = await test.smtp.mailTo('once@example.com');
    const answers = await Promise.all([verify(code), verify(code)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
    expectProblem(await verify(code), 400, 'invalid_token');
  });

  it('takes no code that has expired, or is for something else', async () => {
    await register('late@example.com');
    const { code } = await test.smtp.mailTo('late@example.com');
    const reset = await test.anonymous.post('/api/auth/reset-password', {
      token: code,
      newPassword: PASSWORD,
    });
    expectProblem(reset, 400, 'invalid_token');
    await test.db
      .collection('email_tokens')
      .updateMany({ email: 'late@example.com' }, { $set: { expiresAt: new Date(0) } });
    expectProblem(await verify(code), 400, 'invalid_token');
    expectProblem(await verify('x'.repeat(43)), 400, 'invalid_token');
    expectProblem(await verify(undefined), 400, 'validation_failed');
  });

  it('answers the same for an address that has an account; the mail tells, nothing changes', async () => {
    const known = await test.newPerson();
    const [first, second] = [
      await register('unknown@example.com', 'another fine password'),
      await register(known.email, 'another fine password'),
    ];
    expect([second.status, second.text]).toEqual([first.status, first.text]);
    const mail = await test.smtp.mailTo(known.email);
    expect(mail.subject).toBe('You have an account already');
    expect(mail.code).toBeUndefined();
    expectProblem(await login(known.email, 'another fine password'), 401, 'invalid_credentials');
    expectProblem(await login('unknown@example.com', 'another fine password'), 401, 'invalid_credentials');
    expect((await login(known.email)).status).toBe(200);
  });

  it('gives the account the password of the registration that was confirmed', async () => {
    await register('twice@example.com', 'the first password');
    const { code } = await test.smtp.mailTo('twice@example.com');
    await register('twice@example.com', 'the second password');
    await eventually(() => {
      expect(test.smtp.mails.filter(({ to }) => to === 'twice@example.com')).toHaveLength(2);
    });
    expect((await verify(code)).status).toBe(204);
    expect((await login('twice@example.com', 'the first password')).status).toBe(200);
    const other = test.smtp.mails.find((mail) => mail.to === 'twice@example.com' && mail.code !== code);
    expectProblem(await verify(other?.code), 400, 'invalid_token');
  });

  it('sends one address five mails an hour at most, and says nothing of it', async () => {
    const answers = [];
    for (let at = 0; at < 7; at++) answers.push(await register('flood@example.com'));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    await register('after@example.com');
    await eventually(async () => {
      const open = await test.db
        .collection('jobs')
        .countDocuments({ name: 'mail.send', state: { $ne: 'completed' } });
      expect(open).toBe(0);
    });
    expect(test.smtp.mails.filter(({ to }) => to === 'flood@example.com')).toHaveLength(5);
  });

  it.each([
    ['a short password', { password: 'x9#kQ2!vL' }, 'validation_failed'],
    ['a leaked password', { password: 'password123' }, 'validation_failed'],
    [
      'the own address as password',
      { email: 'samantha@example.com', password: 'samantha@example.com' },
      'validation_failed',
    ],
    ['no address', { email: 'nobody' }, 'validation_failed'],
    ['two addresses', { email: 'a@example.com,b@example.com' }, 'validation_failed'],
    ['an address with a header in it', { email: 'a@example.com\r\nBcc: b@example.com' }, 'validation_failed'],
    ['an operator', { email: { $ne: null } }, 'validation_failed'],
    ['a role', { role: 'admin' }, 'validation_failed'],
  ])('refuses %s', async (_, more, code) => {
    const answer = await test.anonymous.post('/api/auth/register', {
      email: 'ok@example.com',
      password: PASSWORD,
      ...more,
    });
    expectProblem(answer, 400, code);
  });

  it('keeps neither codes nor addresses of mails readable in jobs, and logs none', async () => {
    await register('secret@example.com');
    const { code } = await test.smtp.mailTo('secret@example.com');
    const { jobs, ...rest } = await stored(test.db);
    expect(JSON.stringify(rest)).not.toContain(code);
    expect(JSON.stringify(jobs)).not.toContain(code);
    expect(JSON.stringify(jobs)).not.toContain('secret@example.com');
    expect(JSON.stringify(test.logs)).not.toMatch(new RegExp(`${code}|secret@example.com|${PASSWORD}`));
  });

  it('keeps a mail that the server refuses and sends it later', async () => {
    test.smtp.refuse(1);
    expect((await register('patience@example.com')).status).toBe(202);
    const jobs = test.db.collection('jobs');
    await eventually(async () => {
      expect(await jobs.countDocuments({ name: 'mail.send', 'error.code': 'internal_error' })).toBe(1);
    });
    expect(await jobs.findOne({ name: 'mail.send', 'error.code': 'internal_error' })).toMatchObject({
      state: 'waiting',
      attempts: 1,
    });
  });
});

describe('registration without a mail server', () => {
  let test: IdentityApp;
  afterEach(() => test.close());

  it('goes on, and the log names the mail without address and code', async () => {
    test = await startIdentityApp({ SMTP_URL: '' });
    await test.anonymous.post('/api/auth/register', { email: 'sam@example.com', password: PASSWORD });
    const line = await eventually(() => {
      const found = test.logs.find(({ mail }) => mail === 'verification');
      if (!found) throw new Error('not yet');
      return found;
    });
    expect(line).toMatchObject({ level: 'info', msg: 'A mail was not sent: SMTP_URL is empty' });
    expect(JSON.stringify(test.logs)).not.toMatch(/#token=|sam@example/);
  });

  it('does not wait for a server that does not answer', async () => {
    test = await startIdentityApp({ SMTP_URL: 'smtp://127.0.0.1:1' });
    const answer = await test.anonymous.post('/api/auth/register', {
      email: 'sam@example.com',
      password: PASSWORD,
    });
    expect(answer.status).toBe(202);
    await eventually(async () => {
      const job = await test.db.collection('jobs').findOne({ name: 'mail.send' });
      expect(job).toMatchObject({ state: 'waiting', attempts: 1, error: { code: 'internal_error' } });
    });
  });
});

import { MailSuppressionsService } from '../../src/platform/mail/mail-suppressions.service.js';
import { eventually } from '../support/eventually.js';
import { stored } from '../support/stored.js';
import { PASSWORD, startIdentityApp, type IdentityApp, type Person } from '../support/identity-app.js';

const LANGUAGES = { 'accept-language': 'da, not a language, DE-at;q=0.8, en;q=0.5' };
let addresses = 0;
const newAddress = () => `reader-${++addresses}@example.com`;

describe('mails about accounts', () => {
  let test: IdentityApp;
  beforeAll(async () => {
    test = await startIdentityApp();
  });
  afterAll(() => test.close());

  const post = (
    path: string,
    body: object,
    headers: Record<string, string> = LANGUAGES,
    api = test.anonymous,
  ) =>
    api.call('POST', path, {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const register = (email: string, headers?: Record<string, string>) =>
    post('/api/auth/register', { email, password: PASSWORD }, headers);
  const forgot = (email: string, headers?: Record<string, string>) =>
    post('/api/auth/forgot-password', { email }, headers);
  const change = ({ api }: Person, from: string, to: string) =>
    post('/api/auth/change-password', { currentPassword: from, newPassword: to }, LANGUAGES, api);

  it('speak the first language of Accept-Language that they know', async () => {
    const fresh = newAddress();
    expect((await register(fresh)).status).toBe(202);
    const { subject, html, text, code } = await test.smtp.mailTo(fresh);
    expect(subject).toBe('Bestätigen Sie Ihre E-Mail-Adresse');
    expect(html).toContain('<html lang="de">');
    expect(text).toContain(`/verify-email#token=${code}`);
    const person = await test.newPerson();
    await register(person.email);
    await test.smtp.mailTo(person.email, /^Sie haben bereits ein Konto$/);
    await forgot(person.email);
    const { code: reset } = await test.smtp.mailTo(person.email, /^Neues Passwort festlegen$/);
    await change(person, PASSWORD, 'quite another password');
    await test.smtp.mailTo(person.email, /^Ihr Passwort wurde geändert$/);
    expect(reset).toHaveLength(43);
  });

  it.each([
    ['fr-CA', 'Confirmez votre adresse e-mail'],
    ['*', 'Confirm your e-mail address'],
    ['', 'Confirm your e-mail address'],
    ['de;q=0, constructor, __proto__', 'Confirm your e-mail address'],
    [`${'xx-XX,'.repeat(1_000)}de`, 'Confirm your e-mail address'],
  ])('that says %.20j gets them in the language it asks for, else in English', async (asked, subject) => {
    const email = newAddress();
    expect((await register(email, { 'accept-language': asked })).status).toBe(202);
    expect((await test.smtp.mailTo(email)).subject).toBe(subject);
  });

  it('that invite to a shop speak its language, to an organisation that of who invites', async () => {
    const own = await test.newShop({ name: 'Nordlys' });
    const locales = [
      { locale: 'en', primary: false },
      { locale: 'fr-FR', primary: true },
    ];
    expect((await own.api.patch(`/api/shops/${own.shop}`, { locales })).status).toBe(200);
    const owner = await test.newOwner(own);
    const guest = newAddress();
    const invitation = { email: guest, role: 'staff', scopes: ['products:read'] };
    expect((await post(`/api/shops/${own.shop}/invitations`, invitation, LANGUAGES, owner.api)).status).toBe(
      201,
    );
    const mail = await test.smtp.mailTo(guest);
    expect(mail.subject).toBe('Invitation à rejoindre Nordlys');
    expect(mail.text).toContain("en tant que membre de l'équipe");

    const { body } = await test.admin.post('/api/organisations', { kind: 'carrier', name: 'Polar Freight' });
    const other = newAddress();
    const path = `/api/organisations/${body.id}/invitations`;
    expect((await post(path, { email: other, role: 'owner' }, LANGUAGES, test.admin)).status).toBe(201);
    expect((await test.smtp.mailTo(other)).text).toMatch(/zu Polar Freight[^]*als Inhaber/);
  });

  it('go to those who unsubscribed from what is no part of a transaction', async () => {
    const email = newAddress();
    await test.app.get(MailSuppressionsService).add({ address: email, reason: 'unsubscribe' });
    await register(email);
    expect((await test.smtp.mailTo(email)).subject).toBe('Bestätigen Sie Ihre E-Mail-Adresse');
  });

  it('that the server refuses for good are dead letters at once, without the address, and can be replayed', async () => {
    const email = newAddress();
    test.smtp.answer(email, `554 5.7.1 <${email}> We take no mail from you`);
    await register(email);
    const { body } = await eventually(async () => {
      const dead = await test.admin.get('/api/admin/dead-letters?name=mail.send');
      expect(dead.body.data).toHaveLength(1);
      return dead;
    });
    const [letter] = body.data;
    expect(letter).toMatchObject({ attempts: 1, error: { code: 'job_refused' } });
    expect(letter.message).toMatch(/^554 5\.7\.1 .*We take no mail from you/);
    expect(JSON.stringify(await stored(test.db))).not.toContain(`<${email}>`);
    test.smtp.answer(email, '');
    expect((await test.admin.post(`/api/admin/dead-letters/${letter.id}/replay`)).status).toBe(202);
    await test.smtp.mailTo(email);
  });

  it('do not go to an address that bounced, and the job tells why', async () => {
    const [dead, sentinel] = [newAddress(), newAddress()];
    test.smtp.answer(dead, '550 5.1.1 No such user');
    await register(dead);
    const results = async () =>
      (await test.db.collection('jobs').find({ name: 'mail.send', state: 'completed' }).toArray()).map(
        ({ result }) => result,
      );
    await eventually(async () => expect(await results()).toContainEqual({ sent: false, withheld: 'bounce' }));
    const { body } = await test.admin.get(`/api/admin/mail-suppressions?address=${dead}`);
    expect(body.data).toMatchObject([{ address: dead, reason: 'bounce', tenant: null }]);
    test.smtp.answer(dead, ''); // now it would take mails
    await forgot((await test.newPerson()).email);
    await register(dead);
    await register(sentinel);
    await test.smtp.mailTo(sentinel);
    await eventually(async () =>
      expect((await results()).filter(({ withheld }) => withheld === 'bounce')).toHaveLength(2),
    );
    expect(test.smtp.mails.filter(({ to }) => to === dead)).toEqual([]);
  });
});

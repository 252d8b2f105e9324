import { startTestApp, type TestApp } from '../support/app.js';
import { expectProblem } from '../support/problem.js';

const PATH = '/api/admin/mail-templates';
/** What the product ever sends. */
const EVERY_MAIL = [
  ...[
    'already-registered',
    'invitation',
    'order-delivered',
    'order-message',
    'order-placed',
    'order-shipped',
  ],
  ...['password-changed', 'password-reset', 'review-request', 'transport-message', 'transport-status'],
  ...['verification', 'webhook-disabled', 'webhook-failing'],
];

describe('mail templates', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({ ROLE: 'api' });
  });
  afterAll(() => test.close());

  it('can all be looked at, in each of their languages, with nothing left open', async () => {
    const { body } = await test.admin.get(PATH);
    expect(body.data.map(({ name }: { name: string }) => name).sort()).toEqual(EVERY_MAIL);
    for (const { name, languages } of body.data as { name: string; languages: string[] }[]) {
      expect(languages).toEqual(['en', 'de', 'fr']);
      for (const language of languages) {
        const preview = await test.admin.get(`${PATH}/${name}/preview?language=${language}`);
        expect([name, preview.status, preview.body.language]).toEqual([name, 200, language]);
        const { subject, text, html } = preview.body;
        expect(`${subject}${text}${html}`).not.toMatch(/\{\{|undefined|\[object/);
        expect(html).toContain(`<html lang="${language}">`);
      }
    }
  });

  it('speak English where they do not know the language, and are for operators', async () => {
    const { body } = await test.admin.get(`${PATH}/order-shipped/preview?language=da`);
    expect(body).toMatchObject({ language: 'en', subject: 'Your order 1042 is on its way' });
    expect(body.sms).toMatch(/^Nordlys Apparel: your order 1042/);
    expectProblem(await test.admin.get(`${PATH}/constructor/preview`), 404, 'mail_template_not_found');
    const { api } = await test.newShop();
    expectProblem(await api.get(PATH), 403, 'forbidden');
  });
});

import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { BrowserPage, findBrowser } from '../support/browser.js';
import { noticeCalls } from '../support/notices.js';
import { expectProblem } from '../support/problem.js';
import { startSmtp, type MailSink, type ReceivedMail } from '../support/smtp.js';

const TOKEN = 'a token that only the mail server of the tests knows';
const MESSAGE = { template: 'order-message', message: 'We pack it tomorrow.' };
const REVIEW = { template: 'review-request' };
const folder = process.env.UPDATE_PICTURES ? 'docs/pictures' : '.local/screenshots';

describe('what follows a mail', () => {
  let smtp: MailSink;
  let test: TestApp;
  let own: TestShop;
  let calls: ReturnType<typeof noticeCalls>;
  beforeAll(async () => {
    smtp = await startSmtp();
    test = await startTestApp({
      ...{ SMTP_URL: smtp.url, MAIL_REPORT_TOKEN: TOKEN, PUBLIC_URL: 'https://api.entrepot.example' },
    });
    own = await test.newShop({ name: 'Nordlys & Sons' });
    calls = noticeCalls(own);
  });
  afterAll(async () => {
    await test.close();
    await smtp.close();
  });

  const suppressed = async (address: string) =>
    (await test.admin.get(`/api/admin/mail-suppressions?address=${encodeURIComponent(address)}`)).body.data;
  /** An address that was asked how its order was, and the link in that mail, as this instance has it. */
  const asked = async (more: object = {}, by = calls) => {
    const customer = await by.newCustomer(more);
    const order = await by.delivered(customer);
    expect((await by.notify(order, REVIEW)).status).toBe(202);
    const mail = await smtp.mailTo(customer.email, /How was|Wie war/);
    const [, link = ''] = /^List-Unsubscribe:\s*<([^>]+)>/im.exec(mail.headers.replace(/\r\n\s+/g, '')) ?? [];
    return { customer, order, mail, link, path: link.replace('https://api.entrepot.example', '') };
  };
  const messageIdOf = ({ headers }: ReceivedMail) => /^Message-ID:\s*(<[^>]+>)/im.exec(headers)?.[1] ?? '';
  const report = (mail: string, token = TOKEN) =>
    test.anonymous.call('POST', '/mail-reports', {
      body: mail,
      headers: {
        'content-type': 'message/rfc822',
        authorization: `Basic ${Buffer.from(`reports:${token}`).toString('base64')}`,
      },
    });

  describe('the link in a mail that is no part of a transaction', () => {
    it('ends such mails of the shop by one POST of a mail program, and no others', async () => {
      const { customer, order, mail, link, path } = await asked();
      expect(mail.headers).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m);
      expect(mail.text).toContain(link);
      expect(link).not.toContain(customer.email);
      const get = await test.anonymous.get(path); // scanners follow links
      expect([get.status, get.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await suppressed(customer.email)).toEqual([]);
      const form = new FormData();
      form.set('List-Unsubscribe', 'One-Click');
      expect((await test.anonymous.call('POST', path, { body: form })).status).toBe(200);
      const again = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
      expect((await test.anonymous.call('POST', path, { body: again })).status).toBe(200);
      expect(await suppressed(customer.email)).toMatchObject([{ reason: 'unsubscribe', tenant: own.shop }]);

      expect((await calls.notify(order, REVIEW)).body).toMatchObject({ status: 'suppressed' });
      expect((await calls.notify(order, MESSAGE)).body.status).toBe('queued');
      await smtp.mailTo(customer.email, /^About/);
      const elsewhere = noticeCalls(await test.newShop());
      await asked({ email: customer.email }, elsewhere);
    });

    it('is nothing to others: a token that we did not make ends nothing', async () => {
      const { path } = await asked();
      for (const token of ['', 'x', path.slice(-40), `${path.split('=')[1]!.slice(0, -2)}AA`]) {
        const answer = await test.anonymous.call('POST', `/unsubscribe?token=${token}`);
        expect([answer.status, answer.text]).toEqual([400, expect.stringMatching(/This link does not work/)]);
      }
      expect((await test.anonymous.get('/unsubscribe')).status).toBe(400);
      expect((await test.anonymous.get('/unsubscribe?token=a&token=b')).status).toBe(400);
    });

    const inBrowser = findBrowser() ? it : it.skip;
    inBrowser('leads to a page that asks in the language of the mail, and says when it is done', async () => {
      const { customer, path } = await asked({ language: 'de' });
      const page = await BrowserPage.open(test.baseUrl + path);
      try {
        await page.waitFor(`document.querySelector('button') !== null`);
        for (const [screen, width, height] of [
          ['desktop', 1200, 800],
          ['phone', 390, 844],
        ] as const) {
          await page.resize(width, height, screen === 'phone');
          await page.screenshot(`unsubscribe-${screen}.png`, { folder });
        }
        expect(await page.evaluate('document.documentElement.lang')).toBe('de');
        expect(await page.evaluate('document.body.innerText')).toContain('Nordlys & Sons schickt');
        await page.evaluate(`document.querySelector('button').click()`);
        await page.waitFor(`document.querySelector('h1')?.textContent === 'Erledigt'`);
        expect(page.errors).toEqual([]);
      } finally {
        await page.close();
      }
      expect(await suppressed(customer.email)).toMatchObject([{ reason: 'unsubscribe' }]);
    });
  });

  describe('a report that a mail came back (RFC 3464)', () => {
    it('suppresses the address and is told of in the log', async () => {
      const { customer, order, mail } = await asked();
      const answer = await report(deliveryStatus(customer.email, messageIdOf(mail), '5.1.1'));
      expect([answer.status, answer.body]).toEqual([200, { accepted: 1, ignored: 0 }]);
      const log = (await own.api.get(`/api/shops/${own.shop}/orders/${order.id}/notifications`)).body.data;
      const entry = log.find(({ template }: { template: string }) => template === REVIEW.template);
      expect(entry).toMatchObject({
        status: 'bounced',
        error: { detail: expect.stringMatching(/No such user/) },
      });
      expect(await suppressed(customer.email)).toMatchObject([{ reason: 'bounce', tenant: null }]);
      expect((await calls.notify(order, MESSAGE)).body.status).toBe('suppressed');
    });

    it('of a mailbox that is full, or that will be tried again, suppresses nothing', async () => {
      const { customer, mail } = await asked();
      await report(deliveryStatus(customer.email, messageIdOf(mail), '5.2.2'));
      await report(deliveryStatus(customer.email, messageIdOf(mail), '4.4.1', 'delayed'));
      expect(await suppressed(customer.email)).toEqual([]);
    });

    it('is ignored when we did not send that mail to that address', async () => {
      const [victim, other] = [await asked(), await asked()];
      const forged = [
        deliveryStatus(victim.customer.email, '<made-up@entrepot.example>', '5.1.1'),
        deliveryStatus(victim.customer.email, messageIdOf(other.mail), '5.1.1'),
        deliveryStatus(victim.customer.email, '', '5.1.1'),
      ];
      for (const mail of forged) expect((await report(mail)).body).toEqual({ accepted: 0, ignored: 1 });
      expect(await suppressed(victim.customer.email)).toEqual([]);
    });

    it('is taken from those who know the token only, and as a mail only', async () => {
      const { customer, mail } = await asked();
      const raw = deliveryStatus(customer.email, messageIdOf(mail), '5.1.1');
      expectProblem(await report(raw, 'wrong'), 401, 'unauthenticated');
      expectProblem(await test.anonymous.post('/mail-reports', {}), 401, 'unauthenticated');
      expectProblem(await own.api.post('/mail-reports', {}), 401, 'unauthenticated');
      const elsewhere = await test.anonymous.call('POST', '/api/auth/login', {
        body: raw,
        headers: { 'content-type': 'message/rfc822' },
      });
      expectProblem(elsewhere, 415, 'unsupported_media_type');
      expect((await report('no mail at all')).body).toEqual({ accepted: 0, ignored: 0 });
      expect(await suppressed(customer.email)).toEqual([]);
    });
  });

  it('a complaint (RFC 5965) suppresses the address, with or without its name in the report', async () => {
    for (const named of [true, false]) {
      const { customer, order, mail } = await asked();
      const answer = await report(feedback(customer.email, messageIdOf(mail), 'abuse', named));
      expect(answer.body).toEqual({ accepted: 1, ignored: 0 });
      expect(await suppressed(customer.email)).toMatchObject([{ reason: 'complaint' }]);
      expect((await calls.notify(order, MESSAGE)).body).toMatchObject({ status: 'suppressed' });
    }
    const { customer, mail } = await asked();
    await report(feedback(customer.email, messageIdOf(mail), 'not-spam', true));
    expect(await suppressed(customer.email)).toEqual([]);
  });

  it('operators put addresses on the list and take them off, and both are audited', async () => {
    const { email } = await calls.newCustomer();
    const added = await test.admin.post('/api/admin/mail-suppressions', { address: email.toUpperCase() });
    expect([added.status, added.body.reason, added.body.address]).toEqual([201, 'manual', email]);
    const again = await test.admin.post('/api/admin/mail-suppressions', { address: email });
    expect(again.body.id).toBe(added.body.id);
    expect(await suppressed(email)).toHaveLength(1);
    expectProblem(
      await test.admin.post('/api/admin/mail-suppressions', { address: 'x' }),
      400,
      'validation_failed',
    );
    expectProblem(await own.api.get('/api/admin/mail-suppressions'), 403, 'forbidden');
    const path = `/api/admin/mail-suppressions/${added.body.id}`;
    expect((await test.admin.delete(path)).status).toBe(204);
    expectProblem(await test.admin.delete(path), 404, 'mail_suppression_not_found');
    const audit = await test.admin.get(`/api/admin/audit-events?resourceId=${added.body.id}`);
    expect(audit.body.data.map(({ action }: { action: string }) => action)).toEqual(['deleted', 'created']);
    expect(audit.text).not.toContain(email);
  });
});

function deliveryStatus(address: string, messageId: string, status: string, action = 'failed'): string {
  return multipart('delivery-status', [
    ['text/plain', 'Your mail could not be delivered.'],
    [
      'message/delivery-status',
      `Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; ${address}\r\nAction: ${action}\r\n` +
        `Status: ${status}\r\nDiagnostic-Code: smtp; 550 ${status}\r\n No such user\r\n`,
    ],
    ['text/rfc822-headers', `Message-ID:\r\n ${messageId}\r\nTo: ${address}\r\nSubject: How was it?\r\n`],
  ]);
}

function feedback(address: string, messageId: string, type: string, named: boolean): string {
  const recipient = named ? `Original-Rcpt-To: <${address}>\r\n` : '';
  return multipart('feedback-report', [
    ['text/plain', 'This is an abuse report.'],
    [
      'message/feedback-report',
      `Feedback-Type: ${type}\r\nUser-Agent: Loop/1.0\r\nVersion: 1\r\n${recipient}`,
    ],
    ['message/rfc822', `Message-ID: ${messageId}\r\nTo: Ada <${address}>\r\n\r\nHow was it?\r\n`],
  ]);
}

function multipart(type: string, parts: [type: string, content: string][]): string {
  const body = parts.map(([of, content]) => `--b\r\nContent-Type: ${of}\r\n\r\n${content}\r\n`).join('');
  return (
    'From: MAILER-DAEMON@mx.example\r\nTo: reports@entrepot.example\r\nMIME-Version: 1.0\r\n' +
    `Content-Type: multipart/report; report-type=${type}; boundary="b"\r\n\r\n${body}--b--\r\n`
  );
}

import { request } from 'node:http';
import { createTransport } from 'nodemailer';
import { BrowserPage, findBrowser } from '../../test/support/browser.js';
import { startMailSink, type MailSink } from './sink.ts';

const folder = process.env.UPDATE_PICTURES ? 'docs/pictures' : '.local/screenshots';

describe('the local mail sink', () => {
  let sink: MailSink;
  beforeEach(async () => {
    sink = await startMailSink();
  });
  afterEach(() => sink.close());

  const send = async (more: object = {}): Promise<void> => {
    const smtp = createTransport({ url: sink.smtpUrl });
    await smtp.sendMail({
      ...{ from: 'Nordlys Apparel <mails@entrepot.example>', to: 'ada@example.com' },
      ...{ subject: 'Your order 1042 is on its way', text: 'It has left. Grüße' },
      ...more,
    });
    smtp.close();
  };
  const get = (path: string) => fetch(sink.pageUrl + path);
  const asHost = (host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request(sink.pageUrl, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });

  it('keeps what it is sent, newest first, decoded', async () => {
    expect(await (await get('/')).text()).toContain('No mail yet');
    await send();
    await send({ subject: 'Größe', to: ['a@example.com', 'b@example.com'] });
    expect(sink.mails).toMatchObject([
      { subject: 'Größe', to: ['a@example.com', 'b@example.com'] },
      { subject: 'Your order 1042 is on its way', text: 'It has left. Grüße\n' },
    ]);
    expect((await get('/mails/7')).status).toBe(404);
  });

  it('shows a mail as what it is: its text escaped, its HTML in a frame that may do nothing', async () => {
    await send({ subject: '<b>bold</b>', html: '<p id="x">Hi</p><script>parent.hacked = true</script>' });
    const page = await (await get('/mails/1')).text();
    expect(page).toContain('&lt;b&gt;bold&lt;/b&gt;');
    expect(page).toContain('<iframe sandbox src="/mails/1/html"');
    expect(page).not.toContain('parent.hacked');
    const html = await get('/mails/1/html');
    expect(html.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
  });

  it('is for this machine by its own name: no page elsewhere reads it through a name of its own', async () => {
    expect(await asHost('127.0.0.1')).toBe(200);
    expect(await asHost('mails.attacker.example')).toBe(421);
  });

  it('takes another port for its pages where the wanted one is taken', async () => {
    const other = await startMailSink(Number(new URL(sink.pageUrl).port));
    expect(other.pageUrl).not.toBe(sink.pageUrl);
    expect((await fetch(other.pageUrl)).status).toBe(200);
    await other.close();
  });

  const inBrowser = findBrowser() ? it : it.skip;
  inBrowser('is pleasant to read, on a desk and on a phone', async () => {
    await send({ subject: 'Your order 1042 at Nordlys Apparel' });
    await send({
      html:
        '<body style="font-family:sans-serif;max-width:36em;margin:2em auto"><p>Hello Ada,</p>' +
        '<p>Your order 1042 from Nordlys Apparel has left.</p><script>document.title = "ran"</script></body>',
    });
    const page = await BrowserPage.open(`${sink.pageUrl}/mails/2`);
    try {
      await page.waitFor(`document.querySelector('iframe') !== null && document.readyState === 'complete'`);
      for (const [screen, width, height] of [
        ['desktop', 1200, 800],
        ['phone', 390, 844],
      ] as const) {
        await page.resize(width, height, screen === 'phone');
        await page.screenshot(`mail-sink-${screen}.png`, { folder });
      }
      expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
      // the one thing the console tells of is the script that was not run
      expect(page.errors.filter((error) => !/script execution|sandboxed/i.test(error))).toEqual([]);
    } finally {
      await page.close();
    }
  });
});

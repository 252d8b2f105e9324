import { startTestApp, type TestApp } from '../support/app.js';
import { noticeCalls } from '../support/notices.js';
import { Service } from '../support/process.js';
import { startSmtp, type MailSink } from '../support/smtp.js';

describe('a worker killed between the moment a mail is taken and the moment that is noted', () => {
  let smtp: MailSink;
  let test: TestApp;
  let worker: Service | undefined;
  beforeAll(async () => {
    smtp = await startSmtp();
    test = await startTestApp({ ROLE: 'api', SMTP_URL: smtp.url });
  });
  afterAll(async () => {
    await worker?.kill('SIGKILL');
    await test.close();
    await smtp.close();
  });

  const startWorker = async (): Promise<Service> =>
    (worker = await Service.start({ ...test.env, ROLE: 'worker', JOB_LOCK_MS: '1000' }));
  const messageIds = (address: string) =>
    smtp.mails
      .filter(({ to }) => to === address)
      .map(({ headers }) => /^Message-ID:\s*(<[^>]+>)/im.exec(headers)?.[1]);

  it('leaves a doubt that the log tells of, and a second copy with the same Message-ID', async () => {
    const shop = await test.newShop();
    await shop.api.patch(`/api/shops/${shop.shop}`, { customerNotices: false });
    const calls = noticeCalls(shop);
    const customer = await calls.newCustomer();
    const order = await calls.newOrder(customer);
    smtp.withholdReplies(true);
    const { body } = await calls.notify(order, { template: 'order-placed' });
    const first = await startWorker();
    await smtp.mailTo(customer.email);
    await first.kill('SIGKILL');
    smtp.withholdReplies(false);
    await startWorker();
    expect(await calls.comesTo(body.id, 'sent')).toMatchObject({ tries: 2, unknownTries: 1, error: null });
    const ids = messageIds(customer.email);
    expect(ids).toEqual([expect.stringContaining(body.id), ids[0]]);
  });
});

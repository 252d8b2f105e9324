import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { expectProblem } from '../support/problem.js';
import { startSmtp, type MailSink } from '../support/smtp.js';

let fresh = 0;

describe('notices about orders', () => {
  let smtp: MailSink;
  let test: TestApp;
  let own: TestShop;
  beforeAll(async () => {
    smtp = await startSmtp();
    test = await startTestApp({ SMTP_URL: smtp.url, MAIL_FROM: 'Entrepot <mails@entrepot.example>' });
    own = await newShop();
  });
  afterAll(async () => {
    await test.close();
    await smtp.close();
  });

  const newShop = async (settings: object = {}): Promise<TestShop> => {
    const shop = await test.newShop({ name: 'Nordlys <Apparel>' });
    const { status, text } = await shop.api.patch(`/api/shops/${shop.shop}`, {
      email: 'owner@nordlys.example',
      ...settings,
    });
    if (status !== 200) throw new Error(text);
    return shop;
  };
  const newCustomer = async (more: object = {}, shop = own) => {
    const email = `ada-${process.pid}-${++fresh}@example.com`;
    const { body, status, text } = await shop.api.post(`/api/shops/${shop.shop}/customers`, {
      email,
      ...more,
    });
    if (status !== 201) throw new Error(text);
    return body;
  };
  const newOrder = async (customer: { id: string } | null, shop = own, more: object = {}) =>
    orderCalls(shop).made({
      lines: [{ variantId: await addVariant(shop, { price: 2_495 }), quantity: 2 }],
      ...(customer ? { customerId: customer.id } : {}),
      ...more,
    });
  const notify = (
    order: { id: string },
    body: object,
    call?: { headers: Record<string, string> },
    shop = own,
  ) => shop.api.post(`/api/shops/${shop.shop}/orders/${order.id}/notify`, body, call);
  const log = async (order: { id: string }, shop = own) =>
    (await shop.api.get(`/api/shops/${shop.shop}/orders/${order.id}/notifications`)).body.data;
  /** What the log says of the newest notice about an order, once it has come to this. */
  const comesTo = (order: { id: string }, status: string, shop = own) =>
    eventually(async () => {
      const [newest] = await log(order, shop);
      expect(newest?.status).toBe(status);
      return newest;
    });
  const to = (email: string) => smtp.mails.filter((mail) => mail.to === email);
  const MESSAGE = { template: 'order-message', message: 'We pack it tomorrow.' };

  it('are sent as the order is placed, shipped and delivered, each once, from the shop', async () => {
    const { paid, act, done } = orderCalls(own);
    const customer = await newCustomer({ firstName: 'Ada' });
    const variantId = await addVariant(own, { price: 2_495 });
    const { id, number } = await paid({ customerId: customer.id, lines: [{ variantId, quantity: 2 }] });
    const placed = await smtp.mailTo(customer.email, /Your order/);
    expect(placed.subject).toBe(`Your order ${number} at Nordlys <Apparel>`);
    expect(placed.from).toMatch(/Nordlys <Apparel>.*<mails@entrepot\.example>/);
    expect(placed.headers).toMatch(/^Reply-To: owner@nordlys\.example/m);
    expect(placed.headers).not.toMatch(/^List-Unsubscribe/m);
    expect(placed.text).toMatch(/Hello Ada,\n\nThank you/);
    expect(placed.text).toMatch(/2 × Thing \d+.*: €49\.90\nTotal: €49\.90/);
    expect(placed.html).toContain('Nordlys &lt;Apparel&gt; has your order');
    await done(act(id, 'ship', { carrier: 'Hansa', trackingNumber: 'HF-1' }));
    expect((await smtp.mailTo(customer.email, /on its way/)).text).toMatch(
      /Carrier: Hansa\nTracking number: HF-1/,
    );
    await done(act(id, 'deliver'));
    await smtp.mailTo(customer.email, /has arrived/);
    await eventually(async () => {
      expect(await log({ id })).toMatchObject([
        { template: 'order-delivered', status: 'sent' },
        { template: 'order-shipped', status: 'sent' },
        { template: 'order-placed', status: 'sent', to: customer.email, tries: 1, unknownTries: 0 },
      ]);
    });
    expect(to(customer.email)).toHaveLength(3);
  });

  it('are written in the language of the customer, else of the shop, else in English', async () => {
    const french = await newShop({ locales: [{ locale: 'fr-CA', primary: true }] });
    const [german, unknown, dane] = [
      await newCustomer({ language: 'de-AT' }, french),
      await newCustomer({}, french),
      await newCustomer({ language: 'da' }),
    ];
    for (const customer of [german, unknown]) await newOrder(customer, french);
    await newOrder(dane);
    expect((await smtp.mailTo(german.email)).subject).toMatch(/^Ihre Bestellung/);
    expect((await smtp.mailTo(unknown.email)).subject).toMatch(/^Votre commande/);
    expect((await smtp.mailTo(dane.email)).subject).toMatch(/^Your order/);
    expect((await smtp.mailTo(german.email)).html).toContain('<html lang="de">');
  });

  it('are not sent by themselves where the shop has switched them off, nor for an order without an address', async () => {
    const silent = await newShop({ customerNotices: false });
    const customer = await newCustomer({}, silent);
    const order = await newOrder(customer, silent);
    const nobodys = await newOrder(null);
    const phone = await newCustomer({ email: null, phone: '+4930901820' });
    const byPhone = await newOrder(phone);
    // events of one handler come in turn: those above are done once this one is
    await comesTo(await newOrder(await newCustomer()), 'sent');
    await eventually(async () => {
      expect(await test.db.collection('events').countDocuments({ pending: 'order-notices' })).toBe(0);
    });
    expect(await log(order, silent)).toEqual([]);
    expect(await log(nobodys)).toEqual([]);
    expect(await log(byPhone)).toEqual([]);
    expect((await notify(order, MESSAGE, undefined, silent)).status).toBe(202); // on request they are
    expectProblem(await notify(nobodys, MESSAGE), 422, 'recipient_missing');
    expectProblem(await notify(byPhone, MESSAGE), 422, 'recipient_missing');
  });

  it('are sent on request, once for an Idempotency-Key, and can be read afterwards', async () => {
    const customer = await newCustomer();
    const order = await newOrder(customer);
    await comesTo(order, 'sent');
    const headers = { 'idempotency-key': `notify-${order.id}` };
    const answers = [await notify(order, MESSAGE, { headers }), await notify(order, MESSAGE, { headers })];
    expect(answers.map(({ status, body }) => [status, body.id])).toEqual([
      [202, answers[0]!.body.id],
      [202, answers[0]!.body.id],
    ]);
    const mail = await smtp.mailTo(customer.email, /^About your order/);
    expect(mail.text).toContain('We pack it tomorrow.');
    await comesTo(order, 'sent');
    expect(await log(order)).toHaveLength(2);
    const { body } = await own.api.get(answers[0]!.headers.get('location')!);
    expect(body).toMatchObject({ id: answers[0]!.body.id, status: 'sent', error: null });
    expect(mail.headers).toMatch(
      new RegExp(`^Message-ID:\\s*<${body.id}\\.[\\w-]{22}@entrepot\\.example>`, 'mi'),
    );
    const stored = await test.db.collection('notifications').findOne({ 'subject.id': order.id });
    expect(stored).toMatchObject({ content: null, handedOverAt: null });
  });

  it('lack nothing: what the order cannot tell is refused at once, by name', async () => {
    const customer = await newCustomer();
    const order = await newOrder(customer);
    const unshipped = await notify(order, { template: 'order-shipped' });
    expectProblem(unshipped, 422, 'template_variables_missing');
    expect(unshipped.body.errors).toMatchObject([{ field: 'shippedOn' }]);
    expectProblem(await notify(order, { template: 'order-message' }), 422, 'template_variables_missing');
    const draft = await newOrder(customer, own, { draft: true });
    const answer = await notify(draft, { template: 'order-placed' });
    expect(answer.body.errors).toMatchObject([{ field: 'number' }]);
    expectProblem(await notify(order, { template: 'nonsense' }), 400, 'validation_failed');
    expectProblem(await notify({ id: '6921b0d2a1f4b0a7c9e01234' }, MESSAGE), 404, 'order_not_found');
    expectProblem(await notify(order, MESSAGE, undefined, await newShop()), 404, 'order_not_found');
  });

  it('carry what is written in them as text, wherever it stands', async () => {
    const evil = '<script>alert(1)</script>{{{number}}} "quoted" & more';
    const customer = await newCustomer({ firstName: '<img src=x onerror=alert(1)>' });
    const order = await newOrder(customer);
    await comesTo(order, 'sent');
    await notify(order, { ...MESSAGE, message: `${evil}\r\nBcc: other@example.com` });
    const { html, text, headers } = await smtp.mailTo(customer.email, /^About/);
    expect(html).not.toMatch(/<(script|img)/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;{{{number}}} &quot;quoted&quot; &amp; more');
    expect(text).toContain(evil);
    expect(headers).not.toMatch(/^Bcc:/m);
  });

  it('bounce off an address that takes no mail, which is sent nothing any more', async () => {
    const customer = await newCustomer();
    smtp.answer(customer.email, '550 5.1.1 No such user');
    const order = await newOrder(customer);
    const bounced = await comesTo(order, 'bounced');
    expect(bounced).toMatchObject({
      tries: 1,
      error: { code: 'bounced', detail: expect.stringMatching(/No such user/) },
    });
    expect((await notify(order, MESSAGE)).body).toMatchObject({
      status: 'suppressed',
      error: { code: 'suppressed', detail: 'bounce' },
    });
    expect(to(customer.email)).toEqual([]);
  });

  it('to what is no address bounce without a server, and spare it the next', async () => {
    const { api, shop } = own;
    const refused = await api.post(`/api/shops/${shop}/customers`, { email: 'ada<x>@example.com' });
    expectProblem(refused, 400, 'validation_failed');
    const customer = await newCustomer();
    // as an older release, or a hand, may have left it
    const email = `ada<${customer.id}>@example.com`;
    await test.db.collection('customers').updateOne({ email: customer.email }, { $set: { email } });
    const order = await newOrder(customer);
    expect(await comesTo(order, 'bounced')).toMatchObject({
      to: email,
      tries: 1,
      error: { code: 'bounced' },
    });
    expect((await notify(order, MESSAGE)).body.status).toBe('suppressed');
  });

  it('refused for what they are do not spoil the address', async () => {
    const customer = await newCustomer();
    smtp.answer(customer.email, '554 5.7.1 We take no mail from you');
    const order = await newOrder(customer);
    expect(await comesTo(order, 'failed')).toMatchObject({ tries: 1, error: { code: 'refused' } });
    smtp.answer(customer.email, '');
    expect((await notify(order, MESSAGE)).body.status).toBe('queued');
    await smtp.mailTo(customer.email);
  });

  it('that a server puts off are tried three times, then told as failed, and can be replayed', async () => {
    const customer = await newCustomer();
    smtp.answer(customer.email, '451 4.7.1 Try later');
    const order = await newOrder(customer);
    const failed = await comesTo(order, 'failed');
    expect(failed).toMatchObject({
      tries: 3,
      error: { code: 'unreachable', detail: expect.stringMatching(/Try later/) },
    });
    smtp.answer(customer.email, '');
    const { body } = await eventually(async () => {
      const dead = await test.admin.get(`/api/admin/dead-letters?name=notification.email&shop=${own.shop}`);
      expect(dead.body.data).toHaveLength(1);
      return dead;
    });
    expect((await test.admin.post(`/api/admin/dead-letters/${body.data[0].id}/replay`)).status).toBeLessThan(
      300,
    );
    await smtp.mailTo(customer.email);
    expect(await comesTo(order, 'sent')).toMatchObject({ tries: 4, error: null });
  });

  it('are one for an event, however often it is told', async () => {
    const customer = await newCustomer();
    const order = await newOrder(customer);
    await comesTo(order, 'sent');
    const { cause } = (await test.db.collection('notifications').findOne({ 'subject.id': order.id }))!;
    const events = test.db.collection('events');
    const told = await events.findOne({ aggregate: `order:${order.id}` });
    expect(String(told!._id)).toBe(cause);
    await events.updateOne(
      { _id: told!._id },
      { $push: { pending: 'order-notices' } as never, $unset: { expiresAt: 1 } },
    );
    await eventually(async () => {
      expect(await events.countDocuments({ _id: told!._id, pending: 'order-notices' })).toBe(0);
    });
    expect(await log(order)).toHaveLength(1);
  });

  it("are listed for their shop only, by state, page by page, and go with the shop's data", async () => {
    const shop = await newShop();
    const customer = await newCustomer({}, shop);
    const order = await newOrder(customer, shop);
    for (let i = 0; i < 3; i++) await notify(order, MESSAGE, undefined, shop);
    await eventually(async () => {
      expect((await log(order, shop)).map(({ status }: { status: string }) => status)).toEqual(
        Array(4).fill('sent'),
      );
    });
    const path = `/api/shops/${shop.shop}/notifications`;
    const first = await shop.api.get(`${path}?limit=3&status=sent`);
    const second = await shop.api.get(`${path}?limit=3&status=sent&cursor=${first.body.page.nextCursor}`);
    expect([...first.body.data, ...second.body.data].map(({ id }: { id: string }) => id)).toEqual(
      (await log(order, shop)).map(({ id }: { id: string }) => id),
    );
    expect((await shop.api.get(`${path}?status=failed`)).body.data).toEqual([]);
    expectProblem(await own.api.get(path), 403, 'shop_forbidden');
    const { id } = first.body.data[0];
    expectProblem(
      await own.api.get(`/api/shops/${own.shop}/notifications/${id}`),
      404,
      'notification_not_found',
    );
  });
});

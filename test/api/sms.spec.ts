import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { noticeCalls } from '../support/notices.js';
import { expectProblem } from '../support/problem.js';
import { startTwilio, type TwilioServer } from '../support/twilio.js';

const PUBLIC_URL = 'https://api.entrepot.example';
let fresh = 0;
const newNumber = () => `+4930${901_820 + fresh++}`;

describe('messages to phones', () => {
  let twilio: TwilioServer;
  let test: TestApp;
  let own: TestShop;
  let calls: ReturnType<typeof noticeCalls>;
  beforeAll(async () => {
    twilio = await startTwilio();
    test = await startTestApp({ ...twilio.env, PUBLIC_URL });
    own = await test.newShop({ name: 'Nordlys' });
    calls = noticeCalls(own);
  });
  afterAll(async () => {
    await test.close();
    await twilio.close();
  });

  const MESSAGE = { template: 'order-message', message: 'We pack it tomorrow.', channel: 'sms' };
  const customerWithOrder = async (phone = newNumber()) => {
    const order = await calls.newOrder(await calls.newCustomer({ phone }));
    return { phone, order };
  };
  const taken = (phone: string) =>
    eventually(() => {
      const sms = twilio.taken.find(({ to }) => to === phone);
      if (!sms) throw new Error(`nothing to ${phone}`);
      return sms;
    });

  it('go to the number of the customer, through the provider, and stand in the log', async () => {
    const { phone, order } = await customerWithOrder();
    const { status, body } = await calls.notify(order, MESSAGE);
    expect([status, body.channel, body.to, body.status]).toEqual([202, 'sms', phone, 'queued']);
    expect(await taken(phone)).toMatchObject({
      from: '+15005550006',
      body: `Nordlys, order ${order.number}: We pack it tomorrow.`,
      statusCallback: `${PUBLIC_URL}/sms/twilio/${body.id}`,
    });
    expect(await calls.comesTo(body.id, 'sent')).toMatchObject({ tries: 1, error: null });
  });

  it('need a number, words that fit a phone, and a template that has a short form', async () => {
    const order = await calls.delivered(await calls.newCustomer());
    expectProblem(await calls.notify(order, MESSAGE), 422, 'recipient_missing');
    const { order: reached } = await customerWithOrder();
    expectProblem(
      await calls.notify(reached, { ...MESSAGE, message: 'x'.repeat(1_900) }),
      400,
      'validation_failed',
    );
    const delivered = await calls.delivered(await calls.newCustomer({ phone: newNumber() }));
    const review = { template: 'review-request', channel: 'sms' };
    expectProblem(await calls.notify(delivered, review), 409, 'template_unsuitable');
  });

  it('that the provider will never deliver are told as bounced at once; refused ones as failed', async () => {
    const [dead, unpaid] = [await customerWithOrder(), await customerWithOrder()];
    twilio.refuse(dead.phone, 400, 21614, "'To' number is not a valid mobile number");
    twilio.refuse(unpaid.phone, 400, 30002, 'Account suspended');
    const [first, second] = [
      await calls.notify(dead.order, MESSAGE),
      await calls.notify(unpaid.order, MESSAGE),
    ];
    expect(await calls.comesTo(first.body.id, 'bounced')).toMatchObject({
      tries: 1,
      error: { detail: expect.stringMatching(/21614/) },
    });
    expect(await calls.comesTo(second.body.id, 'failed')).toMatchObject({
      tries: 1,
      error: { code: 'refused' },
    });
  });

  it('wait for a provider that is busy', async () => {
    const { phone, order } = await customerWithOrder();
    twilio.refuse(phone, 429, 20429, 'Too Many Requests');
    const { body } = await calls.notify(order, MESSAGE);
    await eventually(async () => {
      const log = await own.api.get(`/api/shops/${own.shop}/notifications/${body.id}`);
      expect(log.body).toMatchObject({ status: 'queued', error: { code: 'unreachable' } });
    });
    twilio.accept(phone);
    expect((await calls.comesTo(body.id, 'sent')).tries).toBeGreaterThan(1);
    expect(twilio.taken.filter(({ to }) => to === phone)).toHaveLength(1);
  });

  it('that did not arrive are reported by the provider, and by nobody else', async () => {
    const { phone, order } = await customerWithOrder();
    const { body } = await calls.notify(order, MESSAGE);
    const sms = await taken(phone);
    await calls.comesTo(body.id, 'sent');
    const { baseUrl } = test;
    const forged = { signedWith: 'another token', errorCode: '30005' };
    expect(await twilio.report(baseUrl, sms, 'undelivered', forged)).toBe(401);
    expect(await twilio.report(baseUrl, { ...sms, sid: 'SM1' }, 'undelivered')).toBe(204);
    expect(await twilio.report(baseUrl, sms, 'delivered')).toBe(204);
    await calls.comesTo(body.id, 'sent');
    expect(await twilio.report(baseUrl, sms, 'undelivered', { errorCode: '30005' })).toBe(204);
    expect(await calls.comesTo(body.id, 'bounced')).toMatchObject({ error: { detail: 'undelivered 30005' } });
    expect((await fetch(`${baseUrl}/sms/twilio/${body.id}`, { method: 'POST' })).status).toBe(401);
  });
});

describe('messages to phones without a provider', () => {
  it('fail with the reason', async () => {
    const test = await startTestApp();
    try {
      const calls = noticeCalls(await test.newShop());
      const order = await calls.newOrder(await calls.newCustomer({ phone: newNumber() }));
      const { body } = await calls.notify(order, { template: 'order-placed', channel: 'sms' });
      expect(await calls.comesTo(body.id, 'failed')).toMatchObject({ error: { code: 'not_configured' } });
    } finally {
      await test.close();
    }
  });
});

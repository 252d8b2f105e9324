import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { newCarrier, newClient, newMember, transport, type Party } from '../support/logistics.js';
import { expectProblem } from '../support/problem.js';
import { startSmtp, type MailSink } from '../support/smtp.js';

const PATH = '/api/transport-orders';

describe('notices about transports', () => {
  let smtp: MailSink;
  let test: TestApp;
  let client: Party;
  let carrier: Party;
  let order: { id: string; reference: string };
  beforeAll(async () => {
    smtp = await startSmtp();
    test = await startTestApp({ SMTP_URL: smtp.url });
    client = await newClient(test);
    carrier = await newCarrier(test);
    await newMember(test, 'carrier', carrier.id);
    order = (await client.api.post(PATH, transport(client.id))).body;
  });
  afterAll(async () => {
    await test.close();
    await smtp.close();
  });

  const notify = (by: Party, body: object, call?: { headers: Record<string, string> }) =>
    by.api.post(`${PATH}/${order.id}/notify`, body, call);
  const log = (by: Party) => by.api.get(`${PATH}/${order.id}/notifications`);
  const MESSAGE = { template: 'transport-message', message: 'The ramp is <free> from nine.' };

  it('go nowhere while there is nobody, and not to somebody else’s transport', async () => {
    expectProblem(await notify(client, { ...MESSAGE, party: 'carrier' }), 422, 'recipient_missing');
    expectProblem(await notify(carrier, { ...MESSAGE, party: 'client' }), 404, 'transport_order_not_found');
    expectProblem(await log(carrier), 404, 'transport_order_not_found');
  });

  it('reach every owner of the other party, in the name of the sender, once for a key', async () => {
    expect((await client.api.post(`${PATH}/${order.id}/assign`, { carrierId: carrier.id })).status).toBe(200);
    const headers = { 'idempotency-key': `notify-${order.id}` };
    const body = { ...MESSAGE, party: 'carrier' };
    const [first, again] = [await notify(client, body, { headers }), await notify(client, body, { headers })];
    expect(first.status).toBe(202);
    expect(first.body.data).toHaveLength(2);
    expect(again.body).toEqual(first.body);
    const owners: string[] = (
      await test.db.collection('memberships').find({ tenant: carrier.id }).toArray()
    ).map(({ email }) => email as string);
    for (const owner of owners) {
      const mail = await smtp.mailTo(owner);
      expect(mail.subject).toBe(`About the transport ${order.reference}`);
      expect(mail.text).toMatch(
        /client \d+ writes:\n\nThe ramp is <free> from nine\.\n\nFrom: Berlin\nTo: Hamburg/,
      );
      expect(mail.html).toContain('The ramp is &lt;free&gt; from nine.');
      expect(smtp.mails.filter(({ to }) => to === owner)).toHaveLength(1);
    }
  });

  it('are in the log of whoever sent them, with the addresses masked', async () => {
    await notify(carrier, { party: 'client', template: 'transport-status', language: 'de' });
    const own = await eventually(async () => {
      const { body } = await log(carrier);
      expect(body.data).toMatchObject([{ template: 'transport-status', language: 'de', status: 'sent' }]);
      return body;
    });
    expect(own.data[0].to).toBe('c***@example.com');
    expect((await log(client)).body.data.map(({ template }: { template: string }) => template)).toEqual([
      'transport-message',
      'transport-message',
    ]);
    expect((await test.admin.get(`${PATH}/${order.id}/notifications`)).body.data).toHaveLength(3);
  });

  it('lack nothing: a message without words is refused', async () => {
    const answer = await notify(client, { party: 'carrier', template: 'transport-message' });
    expectProblem(answer, 422, 'template_variables_missing');
    expect(answer.body.errors).toMatchObject([{ field: 'message' }]);
    expectProblem(await notify(client, { ...MESSAGE, party: 'king' }), 400, 'validation_failed');
  });
});

import { Types } from 'mongoose';
import { Webhook } from 'standardwebhooks';
import { WebhookPublisher } from '../../src/modules/webhooks/index.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/problem.js';
import { startSmtp, type MailSink } from '../support/smtp.js';
import { status, WebhookReceiver, type ReceivedWebhook } from '../support/webhook-receiver.js';

const TIMEOUT_MS = 1_000;

describe('webhook deliveries', () => {
  let test: TestApp;
  let smtp: MailSink;
  let receiver: WebhookReceiver;
  let own: TestShop;
  let paths = 0;

  beforeAll(async () => {
    [smtp, receiver] = await Promise.all([startSmtp(), WebhookReceiver.start()]);
    test = await startTestApp({
      ...{ OUTBOUND_ALLOWED_NETWORKS: '127.0.0.1/32', SMTP_URL: smtp.url },
      ...{ WEBHOOK_TIMEOUT_MS: String(TIMEOUT_MS), WEBHOOK_RETRY_SECONDS: '0.01,0.01,0.01,0.01' },
    });
    own = await test.newShop();
    await own.api.patch(`/api/shops/${own.shop}`, { email: 'owner@shop.example' });
  });
  afterAll(async () => {
    await test.close();
    await Promise.all([smtp.close(), receiver.close()]);
  });

  interface Endpoint {
    id: string;
    secret: string;
    path: string;
    received(): ReceivedWebhook[];
    read(): Promise<any>;
  }

  async function endpoint(shop = own, settings: object = {}): Promise<Endpoint> {
    const path = `/hook-${++paths}`;
    const list = `/api/shops/${shop.shop}/webhook-endpoints`;
    const { body } = await shop.api.post(list, { url: receiver.url(path), ...settings });
    return {
      ...{ id: body.id, secret: body.secret, path },
      received: () => receiver.at(path),
      read: async () => (await shop.api.get(`${list}/${body.id}`)).body,
    };
  }

  const calls = (shop: TestShop) => ({
    test: async (id: string) =>
      (await shop.api.post(`/api/shops/${shop.shop}/webhook-endpoints/${id}/test`)).body,
    delivery: async (id: string) =>
      (await shop.api.get(`/api/shops/${shop.shop}/webhook-deliveries/${id}`)).body,
    list: async (query: string) =>
      (await shop.api.get(`/api/shops/${shop.shop}/webhook-deliveries?${query}`)).body,
  });

  /** Sends a test event and gives its delivery when that has ended. */
  async function tested(id: string, shop = own): Promise<any> {
    const sent = await calls(shop).test(id);
    return ended(sent.id, shop);
  }
  const ended = (id: string, shop = own): Promise<any> =>
    eventually(async () => {
      const delivery = await calls(shop).delivery(id);
      if (delivery.status === 'pending') throw new Error(`pending after ${delivery.attempts.length} tries`);
      return delivery;
    });

  it('carry a signature that the library of Standard Webhooks verifies', async () => {
    const to = await endpoint();
    receiver.answer(to.path, status(200, {}, '{"ok":true}'));
    const delivery = await tested(to.id);
    expect(delivery).toMatchObject({
      ...{ status: 'delivered', eventType: 'webhook.test', nextTryAt: null },
      attempts: [{ status: 200, error: null, response: '{"ok":true}', url: receiver.url(to.path) }],
    });
    const [{ headers, body }] = to.received() as [ReceivedWebhook];
    expect(headers['webhook-id']).toBe(delivery.eventId);
    expect(body).toBe(delivery.body);
    const event = new Webhook(to.secret).verify(body, headers as Record<string, string>);
    expect(event).toMatchObject({ type: 'webhook.test', shop: own.shop, data: { endpoint: to.id } });
    const stranger = Buffer.from('another secret of 32 characters!').toString('base64');
    expect(() => new Webhook(stranger).verify(body, headers as Record<string, string>)).toThrow();
    expect(() => new Webhook(to.secret).verify(`${body} `, headers as Record<string, string>)).toThrow();
    expect((await to.read()).health).toMatchObject({ failures: 0, lastSuccessAt: expect.any(String) });
  });

  it('tell of what happens in the shop, once each and only there', async () => {
    const shop = await test.newShop();
    const [all, some] = [await endpoint(shop), await endpoint(shop, { eventTypes: ['product.deleted'] })];
    const stranger = await endpoint(own);
    const products = `/api/shops/${shop.shop}/products`;
    const { body: product } = await shop.api.post(products, { title: 'Lamp' });
    await shop.api.patch(`${products}/${product.id}`, { title: 'Lamps' });
    await shop.api.delete(`${products}/${product.id}`);
    const told = (to: Endpoint) => to.received().map(({ body }) => JSON.parse(body));
    await eventually(() => {
      expect(told(some)).toEqual([
        expect.objectContaining({
          ...{ type: 'product.deleted', shop: shop.shop },
          data: expect.objectContaining({ id: product.id, title: 'Lamps', version: 2 }),
        }),
      ]);
      const types = told(all).map(({ type }) => type);
      expect(types.sort()).toEqual(['product.created', 'product.deleted', 'product.updated']);
    });
    expect(stranger.received()).toEqual([]);
  });

  it('are signed with both secrets during an overlap, with the new one alone after it', async () => {
    const to = await endpoint();
    const rotate = async (overlapSeconds: number): Promise<string> =>
      (
        await own.api.post(`/api/shops/${own.shop}/webhook-endpoints/${to.id}/rotate-secret`, {
          overlapSeconds,
        })
      ).body.secret;
    const second = await rotate(3600);
    await tested(to.id);
    const both = to.received().at(-1)!;
    expect(both.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    for (const secret of [to.secret, second])
      new Webhook(secret).verify(both.body, both.headers as Record<string, string>);
    const third = await rotate(0);
    await tested(to.id);
    const last = to.received().at(-1)!;
    new Webhook(third).verify(last.body, last.headers as Record<string, string>);
    for (const secret of [to.secret, second])
      expect(() => new Webhook(secret).verify(last.body, last.headers as Record<string, string>)).toThrow();
  });

  it('go to the endpoints that want the type, once each however often the event is told', async () => {
    const shop = await test.newShop();
    const other = await test.newShop();
    const [all, some, off, foreign] = await Promise.all([
      endpoint(shop),
      endpoint(shop, { eventTypes: ['webhook.test'] }),
      endpoint(shop, { status: 'disabled' }),
      endpoint(other),
    ]);
    const tell = (id: string, type: string) =>
      test.app.get(WebhookPublisher).publish(id, { type, at: new Date(), shop: shop.shop, data: { n: 1 } });
    await Promise.all([
      tell('evt_1', 'webhook.test'),
      tell('evt_1', 'webhook.test'),
      tell('evt_2', 'other.type'),
    ]);
    await tell('evt_1', 'webhook.test');
    await eventually(() => {
      expect(all.received()).toHaveLength(2);
      expect(some.received()).toHaveLength(1);
    });
    expect(
      all
        .received()
        .map(({ headers }) => headers['webhook-id'])
        .sort(),
    ).toEqual(['evt_1', 'evt_2']);
    expect((await calls(shop).list('')).data).toHaveLength(3);
    expect([...off.received(), ...foreign.received()]).toEqual([]);
  });

  it('are tried again under the same id until the endpoint takes them', async () => {
    const to = await endpoint();
    let left = 2;
    receiver.answer(to.path, (_request, response) => {
      response.writeHead(left-- > 0 ? 500 : 200).end('x'.repeat(10));
    });
    const delivery = await tested(to.id);
    expect(delivery.status).toBe('delivered');
    expect(delivery.attempts.map((attempt: { status: number }) => attempt.status)).toEqual([500, 500, 200]);
    expect(new Set(to.received().map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect((await to.read()).health).toMatchObject({ failures: 0, failingSince: null });
  });

  it('fail when the schedule is used up, and can be replayed one by one and together', async () => {
    const shop = await test.newShop();
    const to = await endpoint(shop);
    receiver.answer(to.path, status(503));
    const first = await tested(to.id, shop);
    expect(first).toMatchObject({ status: 'failed', nextTryAt: null });
    expect(first.attempts).toHaveLength(5);
    expect((await to.read()).health.failures).toBe(5);
    const second = await tested(to.id, shop);
    receiver.answer(to.path, status(200));

    const again = await shop.api.post(`/api/shops/${shop.shop}/webhook-deliveries/${first.id}/replay`);
    expect(again).toMatchObject({ status: 202, body: { status: 'pending', eventId: first.eventId } });
    const replayed = await ended(first.id, shop);
    expect(replayed.status).toBe('delivered');
    expect(replayed.attempts).toHaveLength(6);
    expect(to.received().at(-1)!.headers['webhook-id']).toBe(first.eventId);

    const since = { since: new Date(Date.now() - 3_600_000).toISOString() };
    const path = `/api/shops/${shop.shop}/webhook-endpoints/${to.id}/replay`;
    expect((await shop.api.post(path, since)).body).toEqual({ replayed: 1 });
    expect((await ended(second.id, shop)).status).toBe('delivered');
    expect((await shop.api.post(path, since)).body).toEqual({ replayed: 0 });
    const log = await shop.api.get(`/api/shops/${shop.shop}/audit-events?action=replayed`);
    expect(log.body.data).toHaveLength(3);
  });

  it('rest while the circuit is open, then go on with one on trial', async () => {
    const shop = await test.newShop();
    const to = await endpoint(shop);
    receiver.answer(to.path, status(500));
    await tested(to.id, shop);
    // as if the schedule had long pauses
    const pausedUntil = new Date(Date.now() + 3_600_000);
    const _id = new Types.ObjectId(to.id);
    const endpoints = test.db.collection('webhook_endpoints');
    await endpoints.updateOne({ _id }, { $set: { 'health.pausedUntil': pausedUntil } });
    const before = to.received().length;
    const waiting = await Promise.all(Array.from({ length: 4 }, () => calls(shop).test(to.id)));
    await eventually(async () => {
      const stored = await endpoints.findOne({ _id });
      expect(stored?.['dueAt']).toEqual(pausedUntil); // the run has looked and put it off
    });
    expect(to.received()).toHaveLength(before);
    let together = 0;
    let most = 0;
    receiver.answer(to.path, (_request, response) => {
      most = Math.max(most, ++together);
      setTimeout(() => {
        together--;
        response.writeHead(to.received().length === before + 1 ? 500 : 200).end();
      }, 20);
    });
    await endpoints.updateOne({ _id }, { $set: { 'health.pausedUntil': new Date(), dueAt: new Date() } });
    for (const { id } of waiting) expect((await ended(id, shop)).status).toBe('delivered');
    expect(to.received().slice(before).length).toBe(5);
    expect(most).toBeGreaterThan(1); // closed again, several go at once
  });

  it('wait as long as Retry-After says', async () => {
    const to = await endpoint();
    receiver.answer(to.path, status(429, { 'retry-after': '3600' }));
    const sent = await calls(own).test(to.id);
    await eventually(async () => expect((await calls(own).delivery(sent.id)).attempts).toHaveLength(1));
    const { nextTryAt, attempts, status: state } = await calls(own).delivery(sent.id);
    const inAnHour = Date.parse(attempts[0].at) + 3_600_000;
    expect(state).toBe('pending');
    expect(Date.parse(nextTryAt)).toBeGreaterThanOrEqual(inAnHour);
    await eventually(async () =>
      expect(Date.parse((await to.read()).health.pausedUntil)).toBeGreaterThanOrEqual(inAnHour),
    );
  });

  it('end with the endpoint when it answers 410, and its shop is told', async () => {
    const to = await endpoint();
    receiver.answer(to.path, status(410));
    expect((await tested(to.id)).status).toBe('failed');
    await eventually(async () =>
      expect(await to.read()).toMatchObject({ status: 'disabled', disabledReason: 'gone' }),
    );
    const mail = await smtp.mailTo('owner@shop.example', /disabled/);
    expect(mail.text).toContain(receiver.url(to.path));
    expect(mail.text).toContain('410');
    const log = await own.api.get(`/api/shops/${own.shop}/audit-events?resourceId=${to.id}&action=disabled`);
    expect(log.body.data).toMatchObject([{ after: { status: 'disabled', disabledReason: 'gone' } }]);
  });

  it('end when an endpoint has failed for days, with all that waits, and its shop is told in its language', async () => {
    const shop = await test.newShop();
    await shop.api.patch(`/api/shops/${shop.shop}`, {
      ...{ email: 'chef@laden.example', locales: [{ locale: 'de-DE', primary: true }] },
    });
    const to = await endpoint(shop);
    receiver.answer(to.path, status(500));
    await tested(to.id, shop);
    const days = 6 * 86_400_000;
    await test.db
      .collection('webhook_endpoints')
      .updateOne(
        { _id: new Types.ObjectId(to.id) },
        { $set: { 'health.failures': 9, 'health.failingSince': new Date(Date.now() - days) } },
      );
    await tested(to.id, shop);
    await eventually(async () =>
      expect(await to.read()).toMatchObject({ status: 'disabled', disabledReason: 'failing' }),
    );
    expect((await calls(shop).list('status=pending')).data).toEqual([]);
    const mail = await smtp.mailTo('chef@laden.example', /abgeschaltet/);
    expect(mail.text).toContain('Seit Tagen ist jede Zustellung');
    const { body } = await shop.api.patch(`/api/shops/${shop.shop}/webhook-endpoints/${to.id}`, {
      status: 'enabled',
    });
    expect(body).toMatchObject({ status: 'enabled', health: { failures: 0, failingSince: null } });
  });

  it('of an endpoint that fails for a day are told of, once, until it has recovered', async () => {
    const shop = await test.newShop();
    await shop.api.patch(`/api/shops/${shop.shop}`, {
      ...{ email: 'chef@boutique.example', locales: [{ locale: 'fr', primary: true }] },
    });
    const to = await endpoint(shop);
    const failingFor = async (hours: number) => {
      receiver.answer(to.path, status(500));
      const failingSince = new Date(Date.now() - hours * 3_600_000);
      await test.db
        .collection('webhook_endpoints')
        .updateOne(
          { _id: new Types.ObjectId(to.id) },
          { $set: { 'health.failures': 4, 'health.failingSince': failingSince } },
        );
      for (const _ of [1, 2]) expect((await tested(to.id, shop)).status).toBe('failed');
    };
    const told = () => test.db.collection('jobs').countDocuments({ name: 'mail.send', shop: shop.shop });
    await failingFor(20);
    expect(await told()).toBe(0);
    await failingFor(26);
    const mail = await smtp.mailTo('chef@boutique.example', /ne répond plus/);
    expect(mail.text).toContain(receiver.url(to.path));
    expect(mail.text).toContain('5 jours');
    expect(await told()).toBe(1);
    expect(await to.read()).toMatchObject({ status: 'enabled' });
    receiver.answer(to.path, status(200));
    expect((await tested(to.id, shop)).status).toBe('delivered');
    await failingFor(30);
    expect(await told()).toBe(2);
  });

  it('follow no redirect', async () => {
    const to = await endpoint();
    const elsewhere = `/elsewhere-${paths}`;
    receiver.answer(to.path, status(307, { location: receiver.url(elsewhere) }));
    const delivery = await tested(to.id);
    expect(delivery.status).toBe('failed');
    expect(delivery.attempts[0]).toMatchObject({ status: 307 });
    expect(receiver.at(elsewhere)).toEqual([]);
  });

  it('read no more than the beginning of an endless answer', async () => {
    const to = await endpoint();
    let written = 0;
    receiver.answer(to.path, (_request, response) => {
      response.writeHead(200, { 'content-length': String(2_000_000_000) });
      const chunk = Buffer.alloc(65_536, 'a');
      const more = (): void => {
        while (!response.destroyed && (written += chunk.length) && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    const delivery = await tested(to.id);
    expect(delivery).toMatchObject({ status: 'delivered', attempts: [{ status: 200 }] });
    expect(delivery.attempts[0].response).toBe('a'.repeat(4096));
    expect(written).toBeLessThan(50_000_000);
  });

  it('are not held up by an endpoint of somebody else that hangs', async () => {
    const [slow, quick] = await Promise.all([test.newShop(), test.newShop()]);
    const hanging = await endpoint(slow);
    const fine = await endpoint(quick);
    const held: (() => void)[] = [];
    receiver.answer(hanging.path, (_request, response) => {
      held.push(() => response.end());
    });
    const stuck = await Promise.all(Array.from({ length: 20 }, () => calls(slow).test(hanging.id)));
    await eventually(() => expect(held.length).toBeGreaterThan(0));
    const answers = await Promise.all(Array.from({ length: 20 }, () => calls(quick).test(fine.id)));
    for (const { id } of answers) expect((await ended(id, quick)).status).toBe('delivered');
    expect((await calls(slow).delivery(stuck.at(-1)!.id)).status).toBe('pending');
    expect(held.length).toBeLessThan(20);
    const [first] = stuck;
    await eventually(
      async () =>
        expect((await calls(slow).delivery(first!.id)).attempts[0]).toMatchObject({
          status: null,
          error: { code: 'timeout' },
        }),
      60_000,
    );
    await slow.api.delete(`/api/shops/${slow.shop}/webhook-endpoints/${hanging.id}`);
    held.forEach((release) => release());
  });

  it('are listed newest first by endpoint and status, page by page, to their own shop only', async () => {
    const shop = await test.newShop();
    const [good, bad] = await Promise.all([endpoint(shop), endpoint(shop)]);
    receiver.answer(bad.path, status(400));
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.unshift((await tested(good.id, shop)).id);
    const failed = await tested(bad.id, shop);
    const { list } = calls(shop);
    const idsOf = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id);
    expect(idsOf(await list(''))).toEqual([failed.id, ...ids]);
    expect(idsOf(await list(`endpoint=${good.id}`))).toEqual(ids);
    expect(idsOf(await list('status=failed'))).toEqual([failed.id]);
    expect(idsOf(await list(`status=failed&endpoint=${good.id}`))).toEqual([]);
    const first = await list(`endpoint=${good.id}&limit=2`);
    expect(first.page.hasMore).toBe(true);
    expect(idsOf(await list(`endpoint=${good.id}&limit=2&cursor=${first.page.nextCursor}`))).toEqual(
      ids.slice(2),
    );
    const other = await test.newShop();
    const theirs = `/api/shops/${other.shop}/webhook-deliveries`;
    expectProblem(await other.api.get(`${theirs}/${failed.id}`), 404, 'webhook_delivery_not_found');
    expectProblem(await other.api.post(`${theirs}/${failed.id}/replay`), 404, 'webhook_delivery_not_found');
    expect((await other.api.get(`${theirs}?endpoint=${bad.id}`)).body.data).toEqual([]);
    expectProblem(
      await shop.api.get(`/api/shops/${shop.shop}/webhook-deliveries?cursor=x`),
      400,
      'invalid_cursor',
    );
  });
});

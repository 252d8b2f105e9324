import { Types } from 'mongoose';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { callFromProcesses } from '../support/callers.js';
import type { Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { gridBody, newCarrier, newClient, transport, type Party } from '../support/logistics.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { expectProblem } from '../support/problem.js';
import { Service } from '../support/process.js';
import { shipmentCalls, travel } from '../support/shipments.js';
import { movingOrder, positionAt } from '../support/tracking.js';

const PIECES = 100;
const ORDERS = 1_000;
/** What all together send stays within a request's deadline on a slow machine, too. */
const CALLERS = { processes: 4, atOnce: 5 };
const MANY_CALLERS = { processes: 10, atOnce: 5 };
const TRANSPORTS = '/api/transport-orders';
const OFFERS = '/api/transport-offers';

interface Call {
  path: string;
  json?: object;
  /** The shop if absent. */
  by?: Party;
}

/** What only one of many may have: asked for by processes, of two processes that serve. */
describe('processes at once', () => {
  let test: TestApp;
  let own: TestShop;
  let calls: ReturnType<typeof orderCalls>;
  let client: Party;
  let carriers: Party[];
  let variantId: string;
  const instances: Service[] = [];

  beforeAll(async () => {
    test = await startTestApp(); // runs the jobs
    instances.push(...(await Promise.all([0, 1].map(() => Service.start({ ...test.env, ROLE: 'api' })))));
    own = await test.newShop();
    calls = orderCalls(own);
    client = await newClient(test);
    carriers = [
      await newCarrier(test, { perKg: '10' }),
      await newCarrier(test, { perKg: '20' }),
      await newCarrier(test, { perKg: '30' }),
    ];
    variantId = await addVariant(own, { price: 333, quantity: 10_000 });
  });
  afterAll(async () => {
    await Promise.all(instances.map((instance) => instance.kill('SIGTERM')));
    await test.close();
  });

  /** All at once, by both instances. */
  const race = (wanted: Call[], callers = CALLERS): Promise<Answer[]> =>
    callFromProcesses(
      wanted.map(({ path, json = {}, by }, n) => ({
        url: `${instances[n % 2]!.api.baseUrl}${path}`,
        ...{ credentials: by ? by.accessToken : own.apiKey, json },
      })),
      callers,
    );
  const times = <T>(count: number, make: (n: number) => T): T[] =>
    Array.from({ length: count }, (_, n) => make(n));
  /** Those that succeeded; every other one was refused with this problem. */
  function won(answers: Answer[], status: number, code: string): Answer[] {
    for (const answer of answers) if (answer.status >= 300) expectProblem(answer, status, code);
    return answers.filter((answer) => answer.status < 300);
  }
  const order = (quantity: number, more: object = {}, variant = variantId) => ({
    lines: [{ variantId: variant, quantity }],
    ...more,
  });
  const done = ({ status, body, text }: Answer): Answer['body'] => {
    if (status >= 300) throw new Error(`${status} ${text}`);
    return body;
  };
  const newTransport = async (): Promise<string> =>
    done(await client.api.post(TRANSPORTS, transport(client.id))).id;

  describe('and orders', () => {
    it('1 000 for 100 pieces: 100 get one, numbered without a gap', async () => {
      const scarce = await addVariant(own, { quantity: PIECES });
      const answers = await race(
        times(ORDERS, () => ({ path: calls.base, json: order(1, {}, scarce) })),
        MANY_CALLERS,
      );
      const sold = won(answers, 409, 'insufficient_stock');
      expect(sold).toHaveLength(PIECES);
      const numbers = sold.map(({ body }) => body.number as number).sort((a, b) => a - b);
      expect(numbers).toEqual(times(PIECES, (n) => n + 1));
      expect(await calls.level(scarce)).toMatchObject({
        ...{ available: 0, held: PIECES, committed: 0, onHand: PIECES },
      });
    });

    it('20 payments of one: it is paid once', async () => {
      const { id, totals } = await calls.made(order(3));
      const payment = { amount: totals.total, currency: 'EUR' };
      const path = `${calls.base}/${id}/payments`;
      const answers = await race(times(20, (n) => ({ path, json: { ...payment, reference: `${id}-${n}` } })));
      expect(won(answers, 409, 'order_already_paid')).toHaveLength(1);
      expect((await calls.get(id)).payments).toHaveLength(1);
    });

    it('one payment told 12 times is the same; for 12 orders it pays one', async () => {
      const orders = await Promise.all(times(13, () => calls.made(order(3))));
      const paying = ({ id }: { id: string }, reference: string) => ({
        path: `${calls.base}/${id}/payments`,
        json: { amount: 999, currency: 'EUR', reference },
      });
      const [one, ...others] = orders;
      const same = await race(times(12, () => paying(one, `told-${one.id}`)));
      expect(new Set(same.map((answer) => done(answer).payments[0].id)).size).toBe(1);
      const answers = await race(others.map((other) => paying(other, `one-for-all-${one.id}`)));
      expect(won(answers, 409, 'payment_reference_used')).toHaveLength(1);
    });

    it('6 refunds of 3.00 out of 9.99: three are made', async () => {
      const { id } = await calls.paid(order(3));
      const path = `${calls.base}/${id}/refunds`;
      const answers = await race(times(6, () => ({ path, json: { amount: 300 } })));
      expect(won(answers, 422, 'refund_too_large')).toHaveLength(3);
      const after = await calls.get(id);
      expect(after).toMatchObject({ paymentStatus: 'partially_refunded', totals: { refunded: 900 } });
    });

    it('6 returns of a piece out of three: three come back, and into stock', async () => {
      const few = await addVariant(own, { quantity: 3 });
      const { id, lines } = await calls.paid(order(3, {}, few));
      await calls.done(calls.act(id, 'ship'));
      const json = { lines: [{ lineId: lines[0].id, quantity: 1 }] };
      const answers = await race(times(6, () => ({ path: `${calls.base}/${id}/returns`, json })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
      expect((await calls.get(id)).status).toBe('returned');
      expect(await calls.level(few)).toMatchObject({ available: 3, onHand: 3 });
    });

    it('6 pieces called off one by one out of four: three are, as one has to stay', async () => {
      const few = await addVariant(own, { quantity: 4 });
      const { id, lines } = await calls.paid(order(4, {}, few));
      const json = { lines: [{ lineId: lines[0].id, quantity: 1 }] };
      const answers = await race(times(6, () => ({ path: `${calls.base}/${id}/cancellations`, json })));
      expect(won(answers, 409, 'conflict')).toHaveLength(3);
      expect(await calls.get(id)).toMatchObject({ status: 'paid', totals: { refunded: 3_000 } });
      expect(await calls.level(few)).toMatchObject({ available: 3, committed: 1 });
    });

    it('a draft placed 8 times is placed once', async () => {
      const few = await addVariant(own, { quantity: 10 });
      const { id } = await calls.made(order(2, { draft: true }, few));
      const answers = await race(times(8, () => ({ path: `${calls.base}/${id}/place` })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(await calls.level(few)).toMatchObject({ available: 8, held: 2 });
    });

    it('paid and cancelled at the same time: paid or cancelled, and the stock says the same', async () => {
      const few = await addVariant(own, { quantity: 20 });
      const orders = await Promise.all(times(10, () => calls.made(order(2, {}, few))));
      const answers = await race(
        orders.flatMap(({ id, totals }) => [
          {
            path: `${calls.base}/${id}/payments`,
            json: { amount: totals.total, currency: 'EUR', reference: `race-${id}` },
          },
          { path: `${calls.base}/${id}/cancel` },
        ]),
      );
      for (const { status } of answers) expect([200, 409]).toContain(status);
      const after = await Promise.all(orders.map(({ id }) => calls.get(id)));
      for (const { status, payments, totals } of after)
        expect([status, totals.refunded]).toEqual(
          status === 'paid' ? ['paid', 0] : ['cancelled', payments.length * totals.total],
        );
      const committed = 2 * after.filter(({ status }) => status === 'paid').length;
      expect(await calls.level(few)).toMatchObject({ committed, held: 0, available: 20 - committed });
    });

    it('one device for 8 lines is given once', async () => {
      const unit = await calls.done(
        own.api.post(`/api/shops/${own.shop}/devices`, { variantId, serial: `RACE-${process.pid}` }),
      );
      const orders = await Promise.all(times(8, () => calls.made(order(1))));
      const answers = await race(
        orders.map(({ id, lines }) => ({
          path: `${calls.base}/${id}/lines/${lines[0].id}/devices`,
          json: { deviceIds: [unit.id] },
        })),
      );
      const [taken, ...more] = won(answers, 409, 'device_unavailable');
      expect(more).toEqual([]);
      expect(taken!.body.lines[0].devices).toMatchObject([{ id: unit.id, status: 'assigned' }]);
    });

    it('12 shipments of a piece out of four: each piece travels once', async () => {
      const shipments = shipmentCalls(own);
      const { id, lines } = await shipments.sold(4);
      const json = { lines: [{ lineId: lines[0].id, quantity: 1 }], transport: travel() };
      const answers = await race(times(12, () => ({ path: `${calls.base}/${id}/shipments`, json })));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
      const made = (await calls.get(id)).shipments as { id: string }[];
      expect(made).toHaveLength(4);
      for (const shipment of made) await shipments.transport(shipment.id);
      const count = (collection: string, filter: object) =>
        test.db.collection(collection).countDocuments(filter);
      expect(await count('transport_orders', { clientId: own.shop })).toBe(
        await count('shipments', { shop: own.shop }),
      );
    });

    it('one customer told 8 times is one', async () => {
      const path = `/api/shops/${own.shop}/customers`;
      const email = `race-${process.pid}@example.com`;
      const answers = await race(
        times(8, (n) => ({ path, json: { email: n % 2 ? email : email.toUpperCase() } })),
      );
      expect(won(answers, 409, 'customer_exists')).toHaveLength(1);
    });
  });

  describe('and transports', () => {
    it('8 orders of one reference: one is made', async () => {
      const json = transport(client.id);
      const answers = await race(times(8, () => ({ path: TRANSPORTS, json, by: client })));
      expect(won(answers, 409, 'duplicate_reference')).toHaveLength(1);
      const { body } = await client.api.get(`${TRANSPORTS}?reference=${String(json['reference'])}`);
      expect(body.data).toHaveLength(1);
    });

    it('assigned to three carriers at once goes to one, and only that one sees it', async () => {
      const id = await newTransport();
      const answers = await race(
        times(9, (n) => ({
          path: `${TRANSPORTS}/${id}/assign`,
          ...{ json: { carrierId: carriers[n % 3]!.id }, by: client },
        })),
      );
      const [winner, ...more] = answers.filter(({ status }) => status === 200);
      expect(more).toEqual([]);
      for (const { status } of answers) expect([200, 409, 412]).toContain(status);
      const { body } = await client.api.get(`${TRANSPORTS}/${id}`);
      expect(body).toMatchObject({ carrierId: winner!.body.carrierId, version: 2 });
      for (const carrier of carriers)
        expect((await carrier.api.get(`${TRANSPORTS}/${id}`)).status).toBe(
          carrier.id === body.carrierId ? 200 : 404,
        );
    });

    it('accepted by three carriers at once are had by one each', async () => {
      const orders = await Promise.all(times(12, newTransport));
      const wanted: Call[] = [];
      for (const id of orders) {
        const carrierIds = carriers.map((carrier) => carrier.id);
        const { data } = done(await client.api.post(`${TRANSPORTS}/${id}/offers`, { carrierIds }));
        for (const [n, offer] of (data as { id: string }[]).entries())
          wanted.push({ path: `${OFFERS}/${offer.id}/accept`, by: carriers[n]! });
      }
      const answers = await race(wanted, { processes: 3, atOnce: 1 }); // a process a carrier
      for (const [at, id] of orders.entries()) {
        const answered = answers.slice(3 * at, 3 * at + 3);
        expect(won(answered, 409, 'transport_offer_closed')).toHaveLength(1);
        const winner = carriers[answered.findIndex(({ status }) => status === 200)];
        const { body } = await client.api.get(`${TRANSPORTS}/${id}`);
        expect(body).toMatchObject({ status: 'ASSIGNED', carrierId: winner!.id, version: 3 });
      }
    });

    it('40 positions of one are events without a gap', async () => {
      const moving = await movingOrder(test, { client, carrier: carriers[0]! });
      const answers = await race(
        times(40, (n) => ({
          path: `${moving.path}/positions`,
          ...{ json: { positions: [positionAt(n + 1)] }, by: moving.carrier },
        })),
      );
      const taken = answers.filter(({ status }) => status === 200);
      // whoever came behind a later one was refused, and told why
      for (const { status, body } of answers)
        if (status !== 200)
          expect(body).toMatchObject({ status: 400, errors: [{ field: 'at', code: 'min_date' }] });
      await eventually(async () => {
        const stored = await test.db
          .collection('tracking_events')
          .find({ order: new Types.ObjectId(moving.id) })
          .toArray();
        const numbers = stored.map(({ n }) => n as number).sort((a, b) => a - b);
        expect(numbers).toEqual(numbers.map((_, at) => at + 1));
        expect(stored.filter(({ kind }) => kind === 'position')).toHaveLength(taken.length);
        expect(stored.filter(({ kind }) => kind === 'status')).toHaveLength(4);
      });
    });

    it('8 ratings of one count once', async () => {
      const rated = await newCarrier(test);
      const { path } = await movingOrder(test, { client, carrier: rated, status: 'DELIVERED' });
      const answers = await race(
        times(8, () => ({ path: `${path}/rating`, json: { stars: 4 }, by: client })),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const { body } = await client.api.get(`/api/carriers/${rated.id}`);
      expect(body).toMatchObject({ rating: 4, ratings: 1 });
    });

    it('6 price grids published at once are six versions', async () => {
      const carrier = await newCarrier(test);
      const path = `/api/carriers/${carrier.id}/pricing-grids`;
      const answers = await race(times(6, (n) => ({ path, json: gridBody(`${n}`), by: carrier })));
      const versions = answers.map((answer) => done(answer).version as number);
      expect(versions.sort()).toEqual([2, 3, 4, 5, 6, 7]);
    });
  });
});

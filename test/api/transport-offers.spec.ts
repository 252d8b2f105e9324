import { Types } from 'mongoose';
import { expireOffers } from '../../src/modules/transport-orders/offers/offer-expiry.job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { gridBody, newCarrier, newClient, newMember, transport, type Party } from '../support/logistics.js';
import { expectProblem } from '../support/problem.js';
import { offTheClock, runJob } from '../support/run-job.js';
import { testHandler } from '../support/test-events.js';

const ORDERS = '/api/transport-orders';
const OFFERS = '/api/transport-offers';
const had: { type: string; aggregate: string; data: any }[] = [];
const recording = testHandler('recording', async (events) => {
  had.push(...events);
  return Promise.resolve();
});

describe('transport offers', () => {
  let test: TestApp;
  let client: Party;
  let cheap: Party;
  let middle: Party;
  let dear: Party;
  beforeAll(async () => {
    test = await startTestApp({}, [recording]);
    await offTheClock(test, expireOffers);
    client = await newClient(test);
    [cheap, middle, dear] = [
      await newCarrier(test, { perKg: '10' }),
      await newCarrier(test, { perKg: '20' }),
      await newCarrier(test, { perKg: '30' }),
    ];
  });
  afterAll(() => test.close());

  const done = ({ status, body, text }: Answer) => {
    if (status >= 300) throw new Error(`${status} ${text}`);
    return body;
  };
  const made = async (by = client): Promise<string> => done(await by.api.post(ORDERS, transport(by.id))).id;
  const ask = (order: string, body: object = {}) => client.api.post(`${ORDERS}/${order}/offers`, body);
  const asked = async (order: string, ...carriers: Party[]) =>
    done(await ask(order, { carrierIds: carriers.map(({ id }) => id) })).data as { id: string }[];
  const accept = (by: Party, id: string) => by.api.post(`${OFFERS}/${id}/accept`);
  const decline = (by: Party, id: string, reason = 'Full') =>
    by.api.post(`${OFFERS}/${id}/decline`, { reason });
  const get = async (order: string) => done(await client.api.get(`${ORDERS}/${order}`));
  const offersOf = async (order: string, by = client) =>
    done(await by.api.get(`${OFFERS}?orderId=${order}`)).data as Record<string, any>[];
  const states = async (order: string) =>
    Object.fromEntries((await offersOf(order)).map(({ carrierId, status }) => [carrierId, status]));
  const runOut = (filter: object) =>
    test.db
      .collection('transport_offers')
      .updateMany(filter, { $set: { expiresAt: new Date(Date.now() - 1_000) } });

  it('are accepted at the price that was offered, whatever grids say since', async () => {
    const order = await made();
    const [offer] = await asked(order, cheap);
    expect(offer).toMatchObject({
      status: 'OPEN',
      price: { total: 4_620 },
      terms: { goods: [{ pallets: 2 }] },
    });
    await cheap.api.post(`/api/carriers/${cheap.id}/pricing-grids`, gridBody('99'));
    const taken = await accept(cheap, offer!.id);
    await cheap.api.post(`/api/carriers/${cheap.id}/pricing-grids`, gridBody('10'));
    expect(taken.body).toMatchObject({ status: 'ASSIGNED', carrierId: cheap.id, price: { total: 4_620 } });
    expect((await accept(cheap, offer!.id)).body).toMatchObject({ version: taken.body.version });
    expectProblem(await decline(cheap, offer!.id), 409, 'transport_offer_closed');
    const { history } = await get(order);
    expect(history.map(({ status, note }: Record<string, string>) => `${status} ${note}`)).toEqual([
      ...['PENDING ', `PENDING offered to ${cheap.id}`, `ASSIGNED offer accepted by ${cheap.id}`],
    ]);
  });

  it('go to one carrier, however many accept at once, and each as often as it likes', async () => {
    const order = await made();
    const offers = await asked(order, cheap, middle, dear);
    const parties = [cheap, middle, dear];
    const answers = await Promise.all(
      [0, 1, 2, 0, 1, 2].map(async (n) => {
        const answer = await accept(parties[n]!, offers[n]!.id);
        return { carrier: parties[n]!.id, ...answer };
      }),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(new Set(won.map(({ carrier }) => carrier)).size).toBe(1);
    expect(won).toHaveLength(2);
    for (const answer of answers)
      if (!won.includes(answer)) expectProblem(answer, 409, 'transport_offer_closed');
    const { carrierId, price } = await get(order);
    expect(carrierId).toBe(won[0]!.carrier);
    const found = await offersOf(order);
    expect(found.map(({ status }) => status).sort()).toEqual(['ACCEPTED', 'WITHDRAWN', 'WITHDRAWN']);
    expect(found.find(({ status }) => status === 'ACCEPTED')).toMatchObject({ carrierId, price });
  });

  it('cannot be accepted when their time is over, before and after a job has ended them', async () => {
    const order = await made();
    const [offer] = await asked(order, cheap);
    await runOut({ orderId: order });
    expectProblem(await accept(cheap, offer!.id), 409, 'transport_offer_closed');
    expectProblem(await decline(cheap, offer!.id), 409, 'transport_offer_closed');
    expect(await get(order)).toMatchObject({ status: 'PENDING', version: 2 });
    expect((await runJob(test, expireOffers)).expired).toBe(1);
    expect(await runJob(test, expireOffers)).toEqual({ expired: 0 });
    expect(await states(order)).toEqual({ [cheap.id]: 'EXPIRED' });
    expectProblem(await accept(cheap, offer!.id), 409, 'transport_offer_closed');
    expect((await ask(order, { carrierIds: [cheap.id] })).status).toBe(201);
  });

  it('move on to the next of the ranking when one declines or does not answer, until nobody is left', async () => {
    const order = await made();
    const [first] = done(await ask(order, { rule: 'cheapest', moveOn: true })).data;
    expect(first).toMatchObject({ carrierId: cheap.id, next: 'cheapest' });
    expect((await decline(cheap, first.id)).body).toMatchObject({ status: 'DECLINED', reason: 'Full' });
    expect((await decline(cheap, first.id)).status).toBe(200);
    expect(await states(order)).toEqual({ [cheap.id]: 'DECLINED', [middle.id]: 'OPEN' });
    await runOut({ orderId: order, status: 'OPEN' });
    await runJob(test, expireOffers);
    expect(await states(order)).toMatchObject({ [middle.id]: 'EXPIRED', [dear.id]: 'OPEN' });
    const [last] = (await offersOf(order, dear)).filter(({ status }) => status === 'OPEN');
    await decline(dear, last!['id']);
    expect(Object.values(await states(order)).sort()).toEqual(['DECLINED', 'DECLINED', 'EXPIRED']);
    expect((await get(order)).status).toBe('PENDING');
    await eventually(() => {
      const told = had.filter(({ aggregate }) => aggregate === `transport_order:${order}`);
      expect(told.map(({ type }) => type)).toEqual([
        ...['transport_order.status_changed', 'transport_order.offered', 'transport_order.offer_declined'],
        ...['transport_order.offer_expired', 'transport_order.offer_declined'],
      ]);
      expect(told[2]!.data.offers).toMatchObject([
        { carrierId: cheap.id, status: 'DECLINED', reason: 'Full' },
        { carrierId: middle.id, status: 'OPEN', total: 9_240 },
      ]);
    });
  });

  it('stay with the named carriers where the client wants no other', async () => {
    const order = await made();
    const [offer] = await asked(order, middle);
    await decline(middle, offer!.id);
    expect(await states(order)).toEqual({ [middle.id]: 'DECLINED' });
  });

  it.each([
    ['cancelled', (id: string) => client.api.post(`${ORDERS}/${id}/status`, { status: 'CANCELLED' })],
    ['assigned otherwise', (id: string) => client.api.post(`${ORDERS}/${id}/assign`, { carrierId: dear.id })],
    ['changed', (id: string) => client.api.patch(`${ORDERS}/${id}`, { note: 'Gate 4' })],
  ])('are withdrawn when the order is %s', async (_, act) => {
    const order = await made();
    const [offer] = await asked(order, cheap);
    done(await act(order));
    expect(await states(order)).toEqual({ [cheap.id]: 'WITHDRAWN' });
    const before = await get(order);
    expectProblem(await accept(cheap, offer!.id), 409, 'transport_offer_closed');
    expect(await get(order)).toEqual(before);
  });

  it('are asked for by a rule, of the first few', async () => {
    const order = await made();
    const { data } = done(await ask(order, { most: 2, rule: 'cheapest' }));
    expect(data.map(({ carrierId }: { carrierId: string }) => carrierId)).toEqual([cheap.id, middle.id]);
    expectProblem(await ask(order, { carrierIds: [cheap.id] }), 409, 'conflict');
    expect((done(await ask(order)).data as object[])[0]).toMatchObject({ carrierId: dear.id });
    expectProblem(await ask(order), 422, 'no_carrier');
  });

  it('are made for all that are named, or none', async () => {
    const order = await made();
    const stranger = String(new Types.ObjectId());
    const refused = await ask(order, { carrierIds: [cheap.id, stranger] });
    expectProblem(refused, 422, 'no_carrier');
    expect(refused.body.detail).toContain(stranger);
    expect(await offersOf(order)).toEqual([]);
    expect(await get(order)).toMatchObject({ version: 1 });
  });

  it('are made once under one Idempotency-Key', async () => {
    const order = await made();
    const call = { headers: { 'idempotency-key': `offer-${order}` } };
    const body = { carrierIds: [cheap.id] };
    const answers = await Promise.all(
      [1, 2].map(() => client.api.post(`${ORDERS}/${order}/offers`, body, call)),
    );
    const again = await client.api.post(`${ORDERS}/${order}/offers`, body, call);
    expect(again.status).toBe(201);
    for (const answer of answers) if (answer.status === 201) expect(answer.body).toEqual(again.body);
    expect(await offersOf(order)).toHaveLength(1);
  });

  it('are seen and answered by whom they are for', async () => {
    const order = await made();
    const [offer] = await asked(order, cheap);
    const stranger = await newClient(test);
    for (const by of [middle, stranger]) {
      expectProblem(await by.api.get(`${OFFERS}/${offer!.id}`), 404, 'transport_offer_not_found');
      expectProblem(await accept(by, offer!.id), 404, 'transport_offer_not_found');
      expect(await offersOf(order, by)).toEqual([]);
    }
    expectProblem(await accept(client, offer!.id), 403, 'organisation_forbidden');
    expectProblem(await cheap.api.post(`${ORDERS}/${order}/offers`, {}), 404, 'transport_order_not_found');
    expectProblem(await cheap.api.get(`${ORDERS}/${order}`), 404, 'transport_order_not_found');
    const colleague = { id: cheap.id, ...(await newMember(test, 'carrier', cheap.id)) };
    expect((await accept(colleague, offer!.id)).status).toBe(200);
    expect((await cheap.api.get(`${ORDERS}/${order}`)).status).toBe(200);
  });

  it('are not made of drafts, nor taken by a carrier that was suspended', async () => {
    const draft = done(await client.api.post(ORDERS, transport(client.id, { draft: true })));
    expectProblem(await ask(draft.id), 409, 'invalid_transition');
    const gone = await newCarrier(test, { perKg: '40' });
    const order = await made();
    const [offer] = await asked(order, gone);
    done(await test.admin.patch(`/api/carriers/${gone.id}`, { status: 'suspended' }));
    expectProblem(await accept(gone, offer!.id), 422, 'no_carrier');
    expect(await get(order)).toMatchObject({ status: 'PENDING', carrierId: null });
  });

  it.each([
    ...[{ minutes: 0 }, { most: 0 }, { carrierIds: [] }, { carrierIds: ['x'] }, { rule: 'dearest' }],
    ...[{ minutes: 10_081 }, { price: 1 }],
  ])('asked for with %j are refused', async (body) => {
    expectProblem(await ask(await made(), body), 400, 'validation_failed');
  });

  it('are listed page by page, newest first', async () => {
    const sender = await newClient(test);
    const orders = [await made(sender), await made(sender), await made(sender)];
    for (const order of orders)
      done(await sender.api.post(`${ORDERS}/${order}/offers`, { carrierIds: [cheap.id] }));
    const paged: string[] = [];
    for (let cursor = ''; ;) {
      const { data, page } = done(await sender.api.get(`${OFFERS}?status=OPEN&limit=2${cursor}`));
      paged.push(...data.map(({ orderId }: { orderId: string }) => orderId));
      if (!page.hasMore) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(paged).toEqual([...orders].reverse());
    expect(done(await cheap.api.get(`${OFFERS}?orderId=${orders[0]}`)).data).toHaveLength(1);
  });
});

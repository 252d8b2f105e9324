import { startTestApp, type TestApp } from '../support/app.js';
import {
  BERLIN,
  box,
  gridBody,
  MUNICH,
  newCarrier,
  newClient,
  point,
  transport,
  type Party,
} from '../support/logistics.js';
import { expectProblem } from '../support/problem.js';

const PATH = '/api/transport-orders';

describe('transport orders', () => {
  let test: TestApp;
  let client: Party;
  let carrier: Party;
  beforeAll(async () => {
    test = await startTestApp();
    client = await newClient(test);
    carrier = await newCarrier(test, { perKg: '10' });
  });
  afterAll(() => test.close());

  const made = async (more: object = {}, by = client) => {
    const { status, body, text } = await by.api.post(PATH, transport(by.id, more));
    if (status !== 201) throw new Error(text);
    return body;
  };
  const step = (by: Party, id: string, status: string) => by.api.post(`${PATH}/${id}/status`, { status });
  const assigned = async () => {
    const order = await made();
    const answer = await client.api.post(`${PATH}/${order.id}/assign`, { carrierId: carrier.id });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const ids = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id);

  it('go from the draft to the delivery, each step once, with who said so', async () => {
    const { id, status } = await made({ draft: true, via: [transport('').pickup] });
    expect(status).toBe('DRAFT');
    expectProblem(await step(client, id, 'PICKED_UP'), 403, 'organisation_forbidden');
    expect((await step(client, id, 'PENDING')).status).toBe(200);
    const given = await client.api.post(`${PATH}/${id}/assign`, { carrierId: carrier.id });
    // 420 kg at 0.10 and 10 % fuel
    expect(given.body).toMatchObject({ status: 'ASSIGNED', carrierId: carrier.id, price: { total: 4_620 } });
    expectProblem(await step(client, id, 'IN_TRANSIT'), 403, 'organisation_forbidden');
    expectProblem(await step(carrier, id, 'IN_TRANSIT'), 409, 'invalid_transition');
    for (const to of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED'])
      expect((await step(carrier, id, to)).body).toMatchObject({ status: to });
    expectProblem(await step(client, id, 'CANCELLED'), 409, 'invalid_transition');
    const { body } = await client.api.get(`${PATH}/${id}`);
    expect(body.history.map((entry: { status: string }) => entry.status)).toEqual([
      ...['DRAFT', 'PENDING', 'ASSIGNED', 'PICKED_UP', 'IN_TRANSIT', 'DELIVERED'],
    ]);
    expect(body.history.every(({ by }: { by: string }) => by.startsWith('account:'))).toBe(true);
  });

  it('keep the price they were assigned at', async () => {
    const { id, price } = await assigned();
    await carrier.api.post(`/api/carriers/${carrier.id}/pricing-grids`, gridBody('99'));
    expect((await client.api.get(`${PATH}/${id}`)).body.price).toEqual(price);
    await carrier.api.post(`/api/carriers/${carrier.id}/pricing-grids`, gridBody('10'));
  });

  it('go to the first carrier by the rule, or to nobody', async () => {
    const { id } = await made();
    const { body } = await client.api.post(`${PATH}/${id}/assign`, {});
    expect(body).toMatchObject({ status: 'ASSIGNED', carrierId: carrier.id });
    const dangerous = [{ description: 'Cells', weightGrams: 10, adrClass: '9' }];
    const refused = await made({ goods: dangerous });
    expectProblem(await client.api.post(`${PATH}/${refused.id}/assign`, {}), 422, 'no_carrier');
    expect((await client.api.get(`${PATH}/${refused.id}`)).body.status).toBe('PENDING');
  });

  it('that failed are tried again by any carrier', async () => {
    const { id } = await assigned();
    expect((await step(carrier, id, 'FAILED')).status).toBe(200);
    expect((await step(client, id, 'PENDING')).body).toMatchObject({ carrierId: null, price: null });
    expectProblem(await carrier.api.get(`${PATH}/${id}`), 404, 'transport_order_not_found');
  });

  it('have a reference that is once among those of a client', async () => {
    const { reference } = await made();
    expectProblem(
      await client.api.post(PATH, transport(client.id, { reference })),
      409,
      'duplicate_reference',
    );
    expect((await made({ reference }, await newClient(test))).reference).toBe(reference);
    const { id } = await made();
    expectProblem(await client.api.patch(`${PATH}/${id}`, { reference }), 409, 'duplicate_reference');
  });

  it('are changed until somebody was given them', async () => {
    const { id, goods } = await made();
    const first = await client.api.patch(`${PATH}/${id}`, { note: 'Gate 3' });
    expect(first.body).toMatchObject({ note: 'Gate 3', goods, via: [], version: 2 });
    const late = { json: { note: 'Gate 4' }, headers: { 'if-match': '"1"' } };
    expectProblem(await client.api.call('PATCH', `${PATH}/${id}`, late), 412, 'version_mismatch');
    await client.api.post(`${PATH}/${id}/assign`, {});
    expectProblem(await client.api.patch(`${PATH}/${id}`, { note: '' }), 409, 'invalid_transition');
  });

  it('are for their client and carrier only', async () => {
    const { id } = await made();
    const stranger = await newClient(test);
    for (const by of [stranger, carrier]) {
      expectProblem(await by.api.get(`${PATH}/${id}`), 404, 'transport_order_not_found');
      expectProblem(await step(by, id, 'CANCELLED'), 404, 'transport_order_not_found');
      expectProblem(await by.api.post(PATH, transport(client.id)), 403, 'organisation_forbidden');
      expectProblem(await by.api.get(`${PATH}?party=${client.id}`), 403, 'organisation_forbidden');
      expect(ids((await by.api.get(`${PATH}?clientId=${client.id}`)).body)).not.toContain(id);
    }
    expectProblem(await carrier.api.post(PATH, transport(carrier.id)), 400, 'validation_failed');
  });

  it('are sent by shops, too, and go with them', async () => {
    const { shop, api } = await test.newShop();
    const { status, body } = await api.post(PATH, transport(shop));
    expect({ status, body }).toMatchObject({ status: 201, body: { clientId: shop } });
    expect(ids((await api.get(PATH)).body)).toEqual([body.id]);
  });

  it('are listed by every filter, page by page', async () => {
    const sender = await newClient(test);
    const munich = { ...(transport('').delivery as object), city: 'München', point: point(...MUNICH) };
    const all: { id: string; reference: string }[] = [];
    for (const more of [{}, { transportType: 'ftl' }, { delivery: munich }, { pickup: undefined }])
      all.push(await made('pickup' in more ? { draft: true } : more, sender));
    const list = async (query: string) => ids((await sender.api.get(`${PATH}?${query}`)).body);
    const [first, ftl, south, draft] = all.map(({ id }) => id);
    expect(await list('')).toEqual([draft, south, ftl, first]);
    expect(await list('transportType=ftl')).toEqual([ftl]);
    expect(await list('status=DRAFT')).toEqual([draft]);
    expect(await list('deliveryCity=M%C3%BCnchen')).toEqual([south]);
    expect(await list('pickupCity=Berlin')).toHaveLength(4);
    expect(await list(`reference=${all[0]!.reference}`)).toEqual([first]);
    expect(await list('createdTo=2020-01-01')).toEqual([]);
    const paged: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await sender.api.get(`${PATH}?limit=3${cursor}`);
      paged.push(...ids(body));
      if (!body.page.hasMore) break;
      cursor = `&cursor=${body.page.nextCursor}`;
    }
    expect(paged).toEqual([draft, south, ftl, first]);
    const near = await sender.api.get(`${PATH}/near?end=delivery&place=${MUNICH.join(',')}&metres=1000000`);
    expect(ids(near.body)[0]).toBe(south);
    expect(ids(near.body)).toHaveLength(4);
    const close = await sender.api.get(`${PATH}/near?end=delivery&place=${MUNICH.join(',')}&metres=100000`);
    expect(ids(close.body)).toEqual([south]);
    const within = await sender.api.post(`${PATH}/within`, { end: 'delivery', area: box(11, 48, 12, 49) });
    expect(ids(within.body)).toEqual([south]);
    const few = await sender.api.post(`${PATH}/within`, { area: box(13, 52, 14, 53), limit: 2 });
    expect(few.body).toMatchObject({ page: { hasMore: true } });
    expect(few.body.data).toHaveLength(2);
  });

  it('are listed to their carrier and to operators, by client, carrier, state and time', async () => {
    const [sender, other] = [await newClient(test), await newClient(test)];
    const mover = await newCarrier(test);
    const [one, two] = [await made({}, sender), await made({}, sender)];
    const foreign = await made({}, other);
    for (const { id, clientId } of [one, foreign])
      await (clientId === sender.id ? sender : other).api.post(`${PATH}/${id}/assign`, {
        carrierId: mover.id,
      });
    await step(mover, one.id, 'PICKED_UP');
    const list = async (by: { api: typeof test.admin }, query: string) =>
      ids((await by.api.get(`${PATH}?${query}`)).body);
    expect(await list(mover, '')).toEqual([foreign.id, one.id]);
    expect(await list(mover, `clientId=${sender.id}`)).toEqual([one.id]);
    expect(await list(mover, 'status=ASSIGNED')).toEqual([foreign.id]);
    expect(await list(sender, `carrierId=${mover.id}`)).toEqual([one.id]);
    const operator = { api: test.admin };
    expect(await list(operator, `clientId=${sender.id}`)).toEqual([two.id, one.id]);
    expect(await list(operator, `carrierId=${mover.id}&status=PICKED_UP`)).toEqual([one.id]);
    expect(await list(operator, `clientId=${other.id}&carrierId=${mover.id}`)).toEqual([foreign.id]);
    expect(await list(sender, `createdFrom=${two.createdAt}`)).toEqual([two.id]);
    expect(await list(sender, `createdTo=${two.createdAt}`)).toEqual([one.id]);
  });

  it('are rated by their client, once and when delivered, and count in the rating of the carrier', async () => {
    const rated = await newCarrier(test, { perKg: '10' });
    const rate = (by: Party, id: string, stars: unknown) => by.api.post(`${PATH}/${id}/rating`, { stars });
    const profile = async () => (await client.api.get(`/api/carriers/${rated.id}`)).body;
    expect(await profile()).toMatchObject({ rating: null, ratings: 0 });
    const orders: string[] = [];
    for (let n = 0; n < 2; n++) {
      const { id } = await made();
      await client.api.post(`${PATH}/${id}/assign`, { carrierId: rated.id });
      expectProblem(await rate(client, id, 5), 409, 'conflict');
      for (const to of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED']) await step(rated, id, to);
      orders.push(id);
    }
    const [first = '', second = ''] = orders;
    expectProblem(await rate(rated, first, 5), 403, 'organisation_forbidden');
    for (const stars of [0, 6, 4.5, '5'])
      expectProblem(await rate(client, first, stars), 400, 'validation_failed');
    expect((await rate(client, first, 5)).status).toBe(200);
    expect((await rate(client, second, 2)).body).toMatchObject({ status: 'DELIVERED', rating: 2 });
    expectProblem(await rate(client, second, 5), 409, 'conflict');
    expect(await profile()).toMatchObject({ rating: 3.5, ratings: 2 });
  });

  it.each([
    ['swapped coordinates', { pickup: { point: point(BERLIN[1], BERLIN[0]) } }],
    ['coordinates out of range', { pickup: { point: point(13, 152) } }],
    ['a window that ends before it starts', { pickup: { windowTo: '2026-11-30T08:00:00Z' } }],
    [
      'a delivery before the pickup',
      { pickup: { windowFrom: '2026-12-05T08:00:00Z', windowTo: '2026-12-06' } },
    ],
    ['an unknown country', { pickup: { country: 'XX' } }],
    ['an unknown currency', { currency: 'XYQ' }],
    ['no goods', { goods: [] }],
    ['a weight of zero', { goods: [{ description: 'Air', weightGrams: 0 }] }],
    ['a negative weight', { goods: [{ description: 'Balloons', weightGrams: -1 }] }],
    ['a negative volume', { goods: [{ description: 'Hole', weightGrams: 1, volumeMillilitres: -1 }] }],
    ['a negative number of pallets', { goods: [{ description: 'Boxes', weightGrams: 1, pallets: -1 }] }],
  ])('with %s are refused', async (_, fault: Record<string, unknown>) => {
    const right = transport(client.id);
    const pickup = { ...(right['pickup'] as object), ...(fault['pickup'] as object | undefined) };
    const refused = await client.api.post(PATH, { ...right, ...fault, pickup });
    expectProblem(refused, 400, 'validation_failed');
    expect(refused.body.errors.length).toBeGreaterThan(0);
    expect(ids((await client.api.get(`${PATH}?reference=${String(right['reference'])}`)).body)).toEqual([]);
    // nor may an order become so
    const { id, ...before } = await made();
    const change = 'pickup' in fault ? { pickup } : fault;
    expectProblem(await client.api.patch(`${PATH}/${id}`, change), 400, 'validation_failed');
    expect((await client.api.get(`${PATH}/${id}`)).body).toMatchObject(before);
  });

  it('are not searched around or in what is no place or area', async () => {
    expectProblem(await client.api.get(`${PATH}/near?place=13,95`), 400, 'validation_failed');
    expectProblem(await client.api.get(`${PATH}/near?place=Berlin`), 400, 'validation_failed');
    const crossing = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [2, 2],
          [2, 0],
          [0, 2],
          [0, 0],
        ],
      ],
    };
    expectProblem(await client.api.post(`${PATH}/within`, { area: crossing }), 400, 'validation_failed');
    const open = { type: 'Polygon', coordinates: [crossing.coordinates[0]!.slice(0, 3)] };
    expectProblem(await client.api.post(`${PATH}/within`, { area: open }), 400, 'validation_failed');
    expectProblem(
      await client.api.post(`${PATH}/within`, { area: box(52, 139, 53, 140) }),
      400,
      'validation_failed',
    );
    for (const metres of [0, -1, 1_000_001])
      expectProblem(
        await client.api.get(`${PATH}/near?place=13,52&metres=${metres}`),
        400,
        'validation_failed',
      );
  });
});

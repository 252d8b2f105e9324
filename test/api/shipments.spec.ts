import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { newCarrier, point, type Party } from '../support/logistics.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { expectProblem } from '../support/problem.js';
import { report, shipmentCalls, travel } from '../support/shipments.js';

const ADDRESS = { name: 'Ada', line1: 'Reeperbahn 1', postalCode: '20359', city: 'Hamburg', country: 'DE' };

describe('shipments', () => {
  let test: TestApp;
  let own: TestShop;
  let carrier: Party;
  let orders: ReturnType<typeof orderCalls>;
  let calls: ReturnType<typeof shipmentCalls>;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    carrier = await newCarrier(test);
    orders = orderCalls(own);
    calls = shipmentCalls(own);
  });
  afterAll(() => test.close());

  const assign = async (id: string) => {
    await calls.transport(id);
    return orders.done(own.api.post(`/api/transport-orders/${id}/assign`, { carrierId: carrier.id }));
  };
  const becomes = (id: string, status: string) =>
    eventually(async () => {
      const order = await orders.get(id);
      expect(order.status).toBe(status);
      return order;
    });
  const level = (order: { lines: { variantId: string }[] }) => orders.level(order.lines[0]!.variantId);
  const step = (id: string, status: string) => own.api.post(`/api/transport-orders/${id}/status`, { status });

  it('make a transport order of the same id, and take the order along to the delivery', async () => {
    const order = await calls.sold(3);
    await orders.done(own.api.patch(`${orders.base}/${order.id}`, { shippingAddress: ADDRESS }));
    const { pickup, delivery } = travel() as Record<string, Record<string, unknown>>;
    const { point: place, windowFrom, windowTo } = delivery!;
    const transport = travel({ pickup, delivery: { point: place, windowFrom, windowTo } });
    const asked = await calls.request(order.id, { transport });
    expect(asked).toMatchObject({ status: 201, body: { orderId: order.id, status: 'requested' } });
    const { id } = asked.body;
    expect(await calls.transport(id)).toMatchObject({
      ...{ id, clientId: own.shop, status: 'PENDING', currency: 'EUR', reference: `ORDER-${order.number}-1` },
      delivery: { name: 'Ada', address: 'Reeperbahn 1', city: 'Hamburg', country: 'DE' },
      goods: [{ weightGrams: 1_500 }],
    });
    expect(await orders.get(order.id)).toMatchObject({ status: 'fulfilling', fulfilment: { reference: id } });
    await assign(id);
    await report(carrier.api, id, 'PICKED_UP');
    expect(await becomes(order.id, 'shipped')).toMatchObject({ shipments: [{ id, status: 'shipped' }] });
    expect(await level(order)).toMatchObject({ available: 97, committed: 0, onHand: 97 });
    await report(carrier.api, id, 'IN_TRANSIT', 'DELIVERED');
    const { shipments, fulfilment } = await becomes(order.id, 'delivered');
    expect(shipments).toMatchObject([{ id, status: 'delivered' }]);
    expect(fulfilment.deliveredAt).not.toBeNull();
    expect((await own.api.get(asked.headers.get('location') ?? '')).body).toMatchObject({
      id,
      status: 'delivered',
    });
  });

  it('carry pieces of lines, each piece once, and the order has left with the last', async () => {
    const order = await calls.sold(5);
    const lineId = order.lines[0].id;
    const pieces = (quantity: number) => ({ lines: [{ lineId, quantity }] });
    const first = await calls.requested(order.id, pieces(2));
    expectProblem(await calls.request(order.id, pieces(4)), 422, 'shipment_too_large');
    const second = await calls.requested(order.id);
    expectProblem(await calls.request(order.id), 409, 'conflict');
    for (const { id } of [first, second]) await assign(id);
    await report(carrier.api, first.id, 'PICKED_UP', 'DELIVERED');
    await eventually(async () => {
      expect((await orders.get(order.id)).shipments[0]).toMatchObject({ status: 'delivered' });
    });
    expect(await orders.get(order.id)).toMatchObject({ status: 'fulfilling' });
    expect(await level(order)).toMatchObject({ committed: 3, onHand: 98 });
    expectProblem(await orders.act(order.id, 'cancel'), 409, 'invalid_transition');
    expectProblem(await step(first.id, 'CANCELLED'), 409, 'invalid_transition');
    await report(carrier.api, second.id, 'PICKED_UP');
    await becomes(order.id, 'shipped');
    expect(await level(order)).toMatchObject({ committed: 0, onHand: 95 });
    await report(carrier.api, second.id, 'DELIVERED');
    await becomes(order.id, 'delivered');
  });

  it('that fail open a task, and follow the next try', async () => {
    const order = await calls.sold();
    const { id } = await calls.requested(order.id);
    await assign(id);
    await report(carrier.api, id, 'PICKED_UP', 'FAILED');
    const task = await eventually(async () => {
      const found = (await calls.tasks('?state=open')).find(({ shipmentId }) => shipmentId === id);
      expect(found).toMatchObject({ kind: 'transport_failed', orderId: order.id, note: 'now FAILED' });
      return found!;
    });
    expect(await orders.get(order.id)).toMatchObject({
      status: 'shipped',
      shipments: [{ status: 'failed' }],
    });
    const done = await calls.resolve(task['id']!, 'Tried again');
    expect(done.body).toMatchObject({ state: 'resolved', resolution: 'Tried again' });
    expect((await calls.resolve(task['id']!, 'Twice')).body).toEqual(done.body);
    expect((await calls.tasks('?state=open')).map((open) => open['id'])).not.toContain(task['id']);
    await orders.done(step(id, 'PENDING'));
    await assign(id);
    await report(carrier.api, id, 'PICKED_UP', 'DELIVERED');
    await becomes(order.id, 'delivered');
    expect(await level(order)).toMatchObject({ onHand: 98 });
  });

  it('that are cancelled before they leave give their pieces back, with a task', async () => {
    const order = await calls.sold();
    const { id } = await calls.requested(order.id);
    await calls.transport(id);
    await orders.done(step(id, 'CANCELLED'));
    await becomes(order.id, 'paid');
    await eventually(async () => {
      const found = (await calls.tasks()).filter(({ shipmentId }) => shipmentId === id);
      expect(found).toMatchObject([{ kind: 'transport_cancelled' }]);
    });
    const again = await calls.requested(order.id);
    expect((await calls.transport(again.id)).reference).toBe(`ORDER-${order.number}-2`);
  });

  it('are called off with their order', async () => {
    const order = await calls.sold();
    const { id } = await calls.requested(order.id);
    await assign(id);
    await orders.done(orders.act(order.id, 'cancel'));
    await eventually(async () => {
      expect((await calls.transport(id)).status).toBe('CANCELLED');
      expect((await orders.get(order.id)).shipments).toMatchObject([{ status: 'cancelled' }]);
    });
    expect(await level(order)).toMatchObject({ available: 100, committed: 0 });
    expect((await calls.tasks()).filter(({ shipmentId }) => shipmentId === id)).toEqual([]);
    expectProblem(await calls.request(order.id), 409, 'invalid_transition');
  });

  it('start where the pieces lie', async () => {
    const base = `/api/shops/${own.shop}`;
    const oslo = await orders.done(own.api.post(`${base}/locations`, { name: 'Oslo' }));
    const [home, there] = [await addVariant(own, { quantity: 5 }), await addVariant(own, { quantity: 0 })];
    const set = { variantId: there, locationId: oslo.id, available: 5 };
    await orders.done(own.api.post(`${base}/inventory/adjustments`, set));
    const order = await orders.paid({
      lines: [home, there].map((variantId) => ({ variantId, quantity: 1 })),
    });
    const refused = await calls.request(order.id);
    expectProblem(refused, 400, 'validation_failed');
    expect(refused.body.errors).toMatchObject([{ field: 'locationId' }]);
    const elsewhere = { locationId: oslo.id, lines: [{ lineId: order.lines[0].id, quantity: 1 }] };
    expectProblem(await calls.request(order.id, elsewhere), 400, 'validation_failed');
    const from = await calls.requested(order.id, { locationId: oslo.id });
    expect(from).toMatchObject({ locationId: oslo.id, lines: [{ lineId: order.lines[1].id, quantity: 1 }] });
    expect(await calls.requested(order.id)).toMatchObject({ lines: [{ lineId: order.lines[0].id }] });
  });

  it('are asked for once under one Idempotency-Key', async () => {
    const order = await calls.sold(3);
    const body = { lines: [{ lineId: order.lines[0].id, quantity: 1 }], transport: travel() };
    const call = { headers: { 'idempotency-key': `shipment-${order.id}` } };
    const path = `${orders.base}/${order.id}/shipments`;
    const [one, two] = [await own.api.post(path, body, call), await own.api.post(path, body, call)];
    expect(two.body).toEqual(one.body);
    expect((await orders.get(order.id)).shipments).toHaveLength(1);
  });

  it.each([
    ['swapped coordinates', { delivery: { ...(travel()['delivery'] as object), point: point(53.5, 9.99) } }],
    [
      'a window that ends before it starts',
      { pickup: { ...(travel()['pickup'] as object), windowTo: '2026-11-30' } },
    ],
    [
      'no address',
      { delivery: { point: point(9.99, 53.55), windowFrom: '2026-12-02', windowTo: '2026-12-03' } },
    ],
    ['goods of no weight', { goods: [{ description: 'Air', weightGrams: 0 }] }],
  ])('with %s are refused, and nothing has changed', async (_, fault) => {
    const order = await calls.sold();
    const before = await orders.get(order.id);
    expectProblem(await calls.request(order.id, { transport: travel(fault) }), 400, 'validation_failed');
    for (const quantity of [0, -1, 1.5])
      expectProblem(
        await calls.request(order.id, { lines: [{ lineId: order.lines[0].id, quantity }] }),
        400,
        'validation_failed',
      );
    expect(await orders.get(order.id)).toEqual(before);
  });

  it('are for paid orders of the shop only, and go with it', async () => {
    const unpaid = await orders.made({ lines: [{ variantId: await addVariant(own), quantity: 1 }] });
    expectProblem(await calls.request(unpaid.id), 409, 'invalid_transition');
    const other = await test.newShop();
    const order = await calls.sold();
    const foreign = await other.api.post(`/api/shops/${other.shop}/orders/${order.id}/shipments`, {
      transport: travel(),
    });
    expectProblem(foreign, 404, 'order_not_found');
    const { id } = await calls.requested(order.id);
    const path = `/api/shops/${other.shop}/orders/${order.id}/shipments/${id}`;
    expectProblem(await other.api.get(path), 404, 'order_not_found');
    expectProblem(await own.api.get(`${orders.base}/${order.id}/shipments/x`), 404, 'shipment_not_found');
    expectProblem(await calls.resolve(id), 404, 'task_not_found');
  });
});

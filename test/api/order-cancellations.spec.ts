import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { newCarrier, type Party } from '../support/logistics.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { expectProblem } from '../support/problem.js';
import { report, shipmentCalls } from '../support/shipments.js';

describe('pieces of an order that are called off', () => {
  let test: TestApp;
  let own: TestShop;
  let carrier: Party;
  let calls: ReturnType<typeof orderCalls>;
  let shipments: ReturnType<typeof shipmentCalls>;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    carrier = await newCarrier(test);
    calls = orderCalls(own);
    shipments = shipmentCalls(own);
  });
  afterAll(() => test.close());

  const cancel = (order: { id: string; lines: { id: string }[] }, quantity: unknown, more: object = {}) =>
    calls.act(order.id, 'cancellations', { lines: [{ lineId: order.lines[0]!.id, quantity }], ...more });
  const level = (order: { lines: { variantId: string }[] }) => calls.level(order.lines[0]!.variantId);
  /** Has everything that is left moved. */
  const moved = async (orderId: string, body: object, ...steps: string[]): Promise<string> => {
    const { id } = await shipments.requested(orderId, body);
    await shipments.transport(id);
    await calls.done(own.api.post(`/api/transport-orders/${id}/assign`, { carrierId: carrier.id }));
    await report(carrier.api, id, ...steps);
    return id;
  };
  const becomes = (id: string, status: string) =>
    eventually(async () => {
      expect((await calls.get(id)).status).toBe(status);
    });

  it('are paid back, for sale again, and neither sent nor returned', async () => {
    const order = await shipments.sold(5);
    const { unitPrice } = order.lines[0];
    const after = await calls.done(cancel(order, 2, { reason: 'Two are enough' }));
    expect(after).toMatchObject({
      ...{ status: 'paid', paymentStatus: 'partially_refunded', totals: { refunded: 2 * unitPrice } },
      lines: [{ quantity: 5, cancelledQuantity: 2, refundedQuantity: 2 }],
      cancellations: [{ lines: [{ quantity: 2 }], reason: 'Two are enough', at: expect.any(String) }],
    });
    expect(after.timeline.at(-1)).toMatchObject({ type: 'pieces_cancelled', message: 'Two are enough' });
    expect(await level(order)).toMatchObject({ available: 97, committed: 3, onHand: 100 });
    const id = await moved(order.id, {}, 'PICKED_UP', 'DELIVERED');
    expect((await shipments.transport(id)).goods).toMatchObject([{ weightGrams: 1_500 }]);
    await becomes(order.id, 'delivered');
    expect(await level(order)).toMatchObject({ available: 97, committed: 0, onHand: 97 });
    const back = (quantity: number) =>
      calls.act(order.id, 'returns', { lines: [{ lineId: order.lines[0].id, quantity }] });
    expectProblem(await back(4), 422, 'return_too_large');
    expect((await calls.done(back(3))).status).toBe('returned');
    expect(await level(order)).toMatchObject({ available: 100, onHand: 100 });
  });

  it('may be the rest of an order of which some have arrived: then it is delivered', async () => {
    const order = await shipments.sold(5);
    await moved(order.id, { lines: [{ lineId: order.lines[0].id, quantity: 2 }] }, 'PICKED_UP', 'DELIVERED');
    await eventually(async () => {
      expect((await calls.get(order.id)).shipments).toMatchObject([{ status: 'delivered' }]);
    });
    expectProblem(await cancel(order, 4), 422, 'cancellation_too_large');
    expect(await calls.done(cancel(order, 3))).toMatchObject({
      ...{ status: 'delivered', totals: { refunded: 3 * order.lines[0].unitPrice } },
      fulfilment: { shippedAt: expect.any(String), deliveredAt: expect.any(String) },
    });
    expect(await level(order)).toMatchObject({ available: 98, committed: 0, onHand: 98 });
  });

  it('may be the rest of an order of which some are on their way: then it is shipped', async () => {
    const order = await shipments.sold(3);
    const pieces = { lines: [{ lineId: order.lines[0].id, quantity: 1 }] };
    const id = await moved(order.id, pieces, 'PICKED_UP');
    await eventually(async () => {
      expect((await calls.get(order.id)).shipments).toMatchObject([{ status: 'shipped' }]);
    });
    expect((await calls.done(cancel(order, 2))).status).toBe('shipped');
    await report(carrier.api, id, 'DELIVERED');
    await becomes(order.id, 'delivered');
    expect(await level(order)).toMatchObject({ available: 99, committed: 0, onHand: 99 });
  });

  it('are no part of what is shipped by hand, or called off with the rest later', async () => {
    const [sent, gone] = [await shipments.sold(4), await shipments.sold(4)];
    await calls.done(cancel(sent, 1));
    await calls.done(calls.act(sent.id, 'ship'));
    expect(await level(sent)).toMatchObject({ available: 97, committed: 0, onHand: 97 });
    await calls.done(cancel(gone, 1));
    const after = await calls.done(calls.act(gone.id, 'cancel'));
    expect(after).toMatchObject({ status: 'cancelled', totals: { refunded: after.totals.total } });
    expect(await level(gone)).toMatchObject({ available: 100, committed: 0, onHand: 100 });
  });

  it('whose money was given back before are called off without another refund', async () => {
    const order = await shipments.sold(2);
    const refunded = { lines: [{ lineId: order.lines[0].id, quantity: 1 }] };
    const before = await calls.done(calls.act(order.id, 'refunds', refunded));
    const after = await calls.done(cancel(order, 1, { refund: false }));
    expect(after.totals).toEqual(before.totals);
    expect(after.lines[0]).toMatchObject({ cancelledQuantity: 1, refundedQuantity: 1 });
    expect(await level(order)).toMatchObject({ available: 99, committed: 1 });
  });

  it('cost nothing twice under one Idempotency-Key', async () => {
    const order = await shipments.sold(4);
    const body = { lines: [{ lineId: order.lines[0].id, quantity: 1 }] };
    const call = { headers: { 'idempotency-key': `cancel-${order.id}` } };
    for (let n = 0; n < 2; n++) await calls.done(calls.act(order.id, 'cancellations', body, call));
    expect(await calls.get(order.id)).toMatchObject({ lines: [{ cancelledQuantity: 1 }] });
  });

  it('are left out of the devices a line may have; units beyond them are taken back first', async () => {
    const order = await shipments.sold(2);
    const [{ id: lineId, variantId }] = order.lines;
    const path = `${calls.base}/${order.id}/lines/${lineId}/devices`;
    const unit = async (n: number): Promise<string> => {
      const serial = `CALLED-OFF-${order.id}-${n}`;
      return (await calls.done(own.api.post(`/api/shops/${own.shop}/devices`, { variantId, serial }))).id;
    };
    const deviceIds = [await unit(1), await unit(2)];
    await calls.done(own.api.post(path, { deviceIds }));
    expectProblem(await cancel(order, 1), 409, 'conflict');
    await calls.done(own.api.delete(`${path}/${deviceIds[1]}`));
    await calls.done(cancel(order, 1));
    expectProblem(await own.api.post(path, { deviceIds }), 400, 'validation_failed');
  });

  it.each([
    ['zero pieces', 0, 400, 'validation_failed'],
    ['less than none', -1, 400, 'validation_failed'],
    ['half a piece', 0.5, 400, 'validation_failed'],
    ['more than were sold', 4, 422, 'cancellation_too_large'],
    ['all of them: that is a cancelled order', 3, 409, 'conflict'],
  ])('are not %s', async (_name, quantity, status, code) => {
    const order = await shipments.sold(3);
    expectProblem(await cancel(order, quantity), status, code);
    expect(await calls.get(order.id)).toEqual(order);
    expect(await level(order)).toMatchObject({ available: 97, committed: 3 });
  });

  it('are of an order that is paid and has not left, and in no shipment', async () => {
    const unpaid = await calls.made({ lines: [{ variantId: await addVariant(own), quantity: 2 }] });
    expectProblem(await cancel(unpaid, 1), 409, 'invalid_transition');
    const order = await shipments.sold(2);
    const stranger = { id: order.id as string, lines: unpaid.lines };
    expectProblem(await cancel(stranger, 1), 404, 'order_line_not_found');
    await shipments.requested(order.id);
    expectProblem(await cancel(order, 1), 422, 'cancellation_too_large');
    const sent = await shipments.sold(2);
    await calls.done(calls.act(sent.id, 'ship'));
    expectProblem(await cancel(sent, 1), 409, 'invalid_transition');
    const other = await test.newShop();
    const lines = [{ lineId: order.lines[0].id, quantity: 1 }];
    const foreign = `/api/shops/${other.shop}/orders/${order.id}/cancellations`;
    expectProblem(await other.api.post(foreign, { lines }), 404, 'order_not_found');
  });
});

import { Types } from 'mongoose';
import { expireOrders } from '../../src/modules/orders/order-expiry.job.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { expectProblem } from '../support/problem.js';
import { offTheClock, runJob } from '../support/run-job.js';

describe('the stock of orders', () => {
  let test: TestApp;
  let own: TestShop;
  let calls: ReturnType<typeof orderCalls>;

  beforeAll(async () => {
    test = await startTestApp();
    await offTheClock(test, expireOrders);
    own = await test.newShop();
    calls = orderCalls(own);
  });
  afterAll(() => test.close());

  const order = (variantId: string, quantity = 1, more: object = {}) => ({
    lines: [{ variantId, quantity, ...more }],
  });

  it('follows the order: held, committed, gone', async () => {
    const variantId = await addVariant(own, { quantity: 10 });
    const made = await calls.made(order(variantId, 3));
    expect(await calls.level(variantId)).toMatchObject({ available: 7, held: 3, committed: 0, onHand: 10 });
    await calls.done(calls.pay(made));
    expect(await calls.level(variantId)).toMatchObject({ available: 7, held: 0, committed: 3, onHand: 10 });
    await calls.done(calls.act(made.id, 'ship'));
    expect(await calls.level(variantId)).toMatchObject({ available: 7, held: 0, committed: 0, onHand: 7 });
    const back = { lines: [{ lineId: made.lines[0].id, quantity: 1 }] };
    await calls.done(calls.act(made.id, 'returns', back));
    expect(await calls.level(variantId)).toMatchObject({ available: 8, onHand: 8 });
    await calls.done(calls.act(made.id, 'returns', { ...back, restock: false }));
    expect(await calls.level(variantId)).toMatchObject({ available: 8, onHand: 8 });
  });

  it.each(['unpaid', 'paid'])('comes back when an %s order is cancelled, once', async (state) => {
    const variantId = await addVariant(own, { quantity: 5 });
    const { id } = await (state === 'paid' ? calls.paid : calls.made)(order(variantId, 2));
    await Promise.all(Array.from({ length: 5 }, () => calls.act(id, 'cancel')));
    expect((await calls.get(id)).status).toBe('cancelled');
    expect(await calls.level(variantId)).toMatchObject({ available: 5, held: 0, committed: 0 });
  });

  it('is taken for all lines or none', async () => {
    const [much, little] = [await addVariant(own, { quantity: 9 }), await addVariant(own, { quantity: 1 })];
    const lines = [much, little, little].map((variantId) => ({ variantId, quantity: 1 }));
    const answer = await calls.create({ lines });
    expectProblem(answer, 409, 'insufficient_stock');
    expect(answer.body.errors).toMatchObject([{ field: 'lines.2.quantity' }]);
    expect(await calls.level(much)).toMatchObject({ available: 9, held: 0 });
    expect(await calls.level(little)).toMatchObject({ available: 1, held: 0 });
  });

  it('is given back when the time of an unpaid order is over, and not when it was paid', async () => {
    const variantId = await addVariant(own, { quantity: 4 });
    const [unpaid, paid] = [await calls.made(order(variantId)), await calls.paid(order(variantId))];
    const past = new Date(Date.now() - 1_000);
    await test.db
      .collection('orders')
      .updateOne({ _id: new Types.ObjectId(unpaid.id) }, { $set: { expiresAt: past } });
    await runJob(test, expireOrders);
    expect(await calls.get(unpaid.id)).toMatchObject({ status: 'cancelled', cancelReason: 'expired' });
    expect(await calls.get(paid.id)).toMatchObject({ status: 'paid' });
    expect(await calls.level(variantId)).toMatchObject({ available: 3, held: 0, committed: 1 });
  });

  it('that a cut off process left reserved is settled by what became of the order', async () => {
    const variantId = await addVariant(own, { quantity: 10 });
    const [paid, gone] = [await calls.paid(order(variantId, 2)), await calls.made(order(variantId, 3))];
    const expiresAt = new Date(Date.now() - 3_600_000);
    // as if the payment's process had died before it committed the stock, the other before it stored the order
    await test.db.collection('orders').deleteOne({ _id: new Types.ObjectId(gone.id) });
    await test.db.collection('inventory_levels').updateOne({ variantId: new Types.ObjectId(variantId) }, {
      $inc: { committed: -2, held: 2 },
      $push: {
        holds: {
          id: new Types.ObjectId(paid.id),
          owner: new Types.ObjectId(paid.id),
          line: 0,
          quantity: 2,
          expiresAt,
        },
      },
    } as object);
    await test.db
      .collection('inventory_levels')
      .updateOne(
        { variantId: new Types.ObjectId(variantId) },
        { $set: { 'holds.$[].expiresAt': expiresAt } },
      );
    expect(await runJob(test, expireOrders)).toMatchObject({ settled: 2 });
    expect(await calls.level(variantId)).toMatchObject({ available: 8, held: 0, committed: 2 });
  });

  it('lies at locations, and is taken where it is', async () => {
    const variantId = await addVariant(own, { quantity: 1 });
    const base = `/api/shops/${own.shop}`;
    const place = await calls.done(own.api.post(`${base}/locations`, { name: 'Oslo' }));
    const set = { variantId, locationId: place.id, available: 5, reason: 'delivery' };
    const level = await calls.done(own.api.post(`${base}/inventory/adjustments`, set));
    expect(level).toMatchObject({ locationId: place.id, available: 5 });
    const home = await calls.made(order(variantId));
    const there = await calls.made(order(variantId, 2));
    const asked = await calls.made(order(variantId, 1, { locationId: place.id }));
    const [a, b, c] = [home, there, asked].map(({ lines }) => lines[0].locationId);
    expect([b, c]).toEqual([place.id, place.id]);
    expect(a).not.toBe(place.id);
    await calls.done(own.api.patch(`${base}/locations/${place.id}`, { active: false }));
    expectProblem(await calls.create(order(variantId)), 409, 'insufficient_stock');
    const nowhere = order(variantId, 1, { locationId: variantId });
    expectProblem(await calls.create(nowhere), 404, 'location_not_found');
  });

  it('of a draft is taken where the draft says, also after it was revised', async () => {
    const variantId = await addVariant(own, { quantity: 10 });
    const base = `/api/shops/${own.shop}`;
    const place = await calls.done(own.api.post(`${base}/locations`, { name: 'Bergen' }));
    const set = { variantId, locationId: place.id, available: 5 };
    await calls.done(own.api.post(`${base}/inventory/adjustments`, set));
    const draft = await calls.made({ ...order(variantId, 2, { locationId: place.id }), draft: true });
    expect(draft.lines[0].locationId).toBe(place.id);
    await calls.done(
      own.api.patch(`${calls.base}/${draft.id}`, { taxes: [{ title: 'VAT', rate: 250_000 }] }),
    );
    const placed = await calls.done(calls.act(draft.id, 'place'));
    expect(placed.lines[0].locationId).toBe(place.id);
    const nowhere = await calls.made({ ...order(variantId, 1, { locationId: variantId }), draft: true });
    expectProblem(await calls.act(nowhere.id, 'place'), 404, 'location_not_found');
  });

  it('never falls below zero by adjustments, but may be oversold where the variant says so', async () => {
    const variantId = await addVariant(own, { quantity: 2, inventoryPolicy: 'continue' });
    const adjustment = { variantId, delta: -3 };
    const path = `/api/shops/${own.shop}/inventory/adjustments`;
    expectProblem(await own.api.post(path, adjustment), 409, 'insufficient_stock');
    expectProblem(await own.api.post(path, { variantId }), 400, 'validation_failed');
    await calls.made(order(variantId, 5));
    expect(await calls.level(variantId)).toMatchObject({ available: -3, held: 5, onHand: 2 });
  });

  it('follows the quantity in the catalogue by what it changed', async () => {
    const variantId = await addVariant(own, { quantity: 10 });
    const { lines } = await calls.made(order(variantId, 4));
    await own.api.patch(`/api/shops/${own.shop}/products/${lines[0].productId}`, {
      variants: [{ price: 1_000, inventoryTracker: 'shopify', inventoryQuantity: 12 }],
    });
    await calls.made(order(variantId, 1));
    expect(await calls.level(variantId)).toMatchObject({ available: 7, held: 5, onHand: 12 });
  });

  it('does not matter for what nobody tracks', async () => {
    const variantId = await addVariant(own, { quantity: 0, inventoryTracker: '' });
    expect((await calls.made(order(variantId, 50))).lines[0].locationId).toBeNull();
    expect(await calls.level(variantId)).toBeUndefined();
  });
});

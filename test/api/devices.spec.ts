import { Types } from 'mongoose';
import { expireOrders } from '../../src/modules/orders/order-expiry.job.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { expectProblem } from '../support/problem.js';
import { runJob } from '../support/run-job.js';

describe('devices', () => {
  let test: TestApp;
  let own: TestShop;
  let calls: ReturnType<typeof orderCalls>;
  let variantId: string;
  let fresh = 0;

  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    calls = orderCalls(own);
    variantId = await addVariant(own, { quantity: 1_000 });
  });
  afterAll(() => test.close());

  const add = (more: object = {}) =>
    own.api.post(`/api/shops/${own.shop}/devices`, { variantId, serial: `SN-${++fresh}`, ...more });
  const added = async (more: object = {}) => calls.done(add(more));
  const read = (id: string) => calls.done(own.api.get(`/api/shops/${own.shop}/devices/${id}`));
  const order = async (quantity = 1) => {
    const made = await calls.made({ lines: [{ variantId, quantity }] });
    return { ...made, path: `${calls.base}/${made.id}/lines/${made.lines[0].id}/devices` };
  };

  it('have a serial number and an IMEI that no other device of the shop has', async () => {
    const device = await added({ serial: 'S1', imei: '490154203237518' });
    expect(device).toMatchObject({
      serial: 'S1',
      imei: '490154203237518',
      status: 'in_stock',
      orderId: null,
    });
    expectProblem(await add({ serial: 'S1' }), 409, 'device_exists');
    expectProblem(await add({ imei: '490154203237518' }), 409, 'device_exists');
    expectProblem(await add({ imei: '490154203237519' }), 400, 'validation_failed');
    const nowhere = await add({ variantId: '6921b0d2a1f4b0a7c9e01234' });
    expectProblem(nowhere, 404, 'variant_not_found');
    const found = await calls.done(own.api.get(`/api/shops/${own.shop}/devices?imei=490154203237518`));
    expect(found.data).toEqual([device]);
    const other = await test.newShop();
    const foreign = await other.api.get(`/api/shops/${other.shop}/devices/${device.id}`);
    expectProblem(foreign, 404, 'device_not_found');
  });

  it('are no more than the pieces of their line, and of its variant', async () => {
    const { path } = await order(2);
    const three = await Promise.all([added(), added(), added()]);
    const deviceIds = three.map(({ id }) => id as string);
    expectProblem(await own.api.post(path, { deviceIds }), 400, 'validation_failed');
    const foreign = await added({ variantId: await addVariant(own) });
    expectProblem(await own.api.post(path, { deviceIds: [foreign.id] }), 409, 'device_unavailable');
    expectProblem(await own.api.post(path, { deviceIds: [variantId] }), 404, 'device_not_found');
    const given = await calls.done(own.api.post(path, { deviceIds: deviceIds.slice(0, 2) }));
    expect(given.lines[0].devices).toHaveLength(2);
    const again = await calls.done(own.api.post(path, { deviceIds: deviceIds.slice(0, 2) }));
    expect(again.version).toBe(given.version);
    const left = await calls.done(own.api.delete(`${path}/${deviceIds[0]}`));
    expect(left.lines[0].devices).toMatchObject([{ id: deviceIds[1] }]);
    expect(await read(deviceIds[0]!)).toMatchObject({ status: 'in_stock', orderId: null });
  });

  it('leave with the order, or are free when it is cancelled', async () => {
    const [sold, free] = [await added(), await added()];
    const [one, other] = [await order(), await order()];
    await calls.done(own.api.post(one.path, { deviceIds: [sold.id] }));
    await calls.done(own.api.post(other.path, { deviceIds: [free.id] }));
    await calls.done(calls.pay(one));
    await calls.done(calls.act(one.id, 'ship'));
    await calls.done(calls.act(other.id, 'cancel'));
    expect(await read(sold.id)).toMatchObject({ status: 'sold', orderId: one.id });
    expect(await read(free.id)).toMatchObject({ status: 'in_stock', orderId: null });
    const path = `/api/shops/${own.shop}/devices/${sold.id}`;
    expectProblem(await own.api.patch(path, { status: 'in_stock' }), 409, 'invalid_transition');
    expect((await own.api.patch(path, { status: 'returned' })).body.status).toBe('returned');
    expect((await own.api.patch(path, { status: 'in_stock' })).body).toMatchObject({ orderId: null });
  });

  it('are free again when nobody pays the order in time', async () => {
    const device = await added();
    const { id, path } = await order();
    await calls.done(own.api.post(path, { deviceIds: [device.id] }));
    const over = { $set: { expiresAt: new Date(Date.now() - 1_000) } };
    await test.db.collection('orders').updateOne({ _id: new Types.ObjectId(id) }, over);
    await runJob(test, expireOrders);
    expect(await calls.get(id)).toMatchObject({ status: 'cancelled' });
    expect(await read(device.id)).toMatchObject({ status: 'in_stock', orderId: null });
  });

  describe('that come back', () => {
    const status = async (id: string) => (await read(id)).status;
    /** A shipped order of three pieces, with their units. */
    const shipped = async () => {
      const made = await order(3);
      const units = await Promise.all([added(), added(), added()]);
      const ids = units.map(({ id }) => id as string);
      await calls.done(own.api.post(made.path, { deviceIds: ids }));
      await calls.done(calls.pay(made));
      await calls.done(calls.act(made.id, 'ship'));
      const back = (quantity: number, more: object = {}, body: object = {}) =>
        calls.act(made.id, 'returns', {
          lines: [{ lineId: made.lines[0].id, quantity, ...more }],
          ...body,
        });
      return { id: made.id as string, ids, back };
    };

    it('by name are in stock again, or only returned where their pieces are not for sale', async () => {
      const { ids, back } = await shipped();
      const [first = '', second = '', third = ''] = ids;
      const after = await calls.done(back(1, { deviceIds: [first] }));
      expect(after.returns[0].lines).toMatchObject([{ quantity: 1, deviceIds: [first] }]);
      expect(await read(first)).toMatchObject({ status: 'in_stock', orderId: null });
      await calls.done(back(1, { deviceIds: [second] }, { restock: false }));
      expect([await status(second), await status(third)]).toEqual(['returned', 'sold']);
    });

    it('with all pieces of their line need no name', async () => {
      const { ids, back } = await shipped();
      await calls.done(back(3, {}, { restock: false }));
      expect(await Promise.all(ids.map(status))).toEqual(['returned', 'returned', 'returned']);
    });

    it('are of the line, no more than its pieces, and each once; else nothing has changed', async () => {
      const { id, ids, back } = await shipped();
      const [first = '', second = ''] = ids;
      const foreign = await added();
      const before = await calls.get(id);
      expectProblem(await back(1, { deviceIds: [foreign.id] }), 404, 'device_not_found');
      expectProblem(await back(1, { deviceIds: [first, second] }), 400, 'validation_failed');
      expect(await calls.get(id)).toEqual(before);
      await calls.done(back(1, { deviceIds: [first] }));
      expectProblem(await back(1, { deviceIds: [first] }), 409, 'device_unavailable');
      expect((await calls.get(id)).lines[0].returnedQuantity).toBe(1);
    });
  });
});

import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { expectProblem } from '../support/problem.js';

describe('payments and refunds of orders', () => {
  let test: TestApp;
  let own: TestShop;
  let calls: ReturnType<typeof orderCalls>;
  let variantId: string;

  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    calls = orderCalls(own);
    variantId = await addVariant(own, { price: 333, quantity: 10_000 });
  });
  afterAll(() => test.close());

  const three = (more: object = {}) => ({ lines: [{ variantId, quantity: 3 }], ...more });
  const payment = { amount: 999, currency: 'EUR' };

  it('with the same reference are the same payment, of the same order only', async () => {
    const [one, other] = [await calls.made(three()), await calls.made(three())];
    const body = { ...payment, reference: `same-${one.id}` };
    const first = await calls.done(calls.act(one.id, 'payments', body));
    const again = await calls.done(calls.act(one.id, 'payments', body));
    expect(again).toEqual(first);
    expectProblem(await calls.act(other.id, 'payments', body), 409, 'payment_reference_used');
    expect((await calls.get(other.id)).status).toBe('pending');
  });

  it.each([
    ['too little', { amount: 998 }, 422, 'payment_mismatch'],
    ['too much', { amount: 1_000 }, 422, 'payment_mismatch'],
    ['another currency', { currency: 'USD' }, 422, 'payment_mismatch'],
    ['an unknown currency', { currency: 'euros' }, 400, 'validation_failed'],
    ['a negative amount', { amount: -999 }, 400, 'validation_failed'],
    ['no reference', { reference: '' }, 400, 'validation_failed'],
  ])('of %s are refused', async (_name, wrong, status, code) => {
    const { id } = await calls.made(three());
    const answer = await calls.act(id, 'payments', { ...payment, reference: `wrong-${id}`, ...wrong });
    expectProblem(answer, status, code);
    expect((await calls.get(id)).status).toBe('pending');
  });

  it('give back pieces at exactly what they cost, to the last cent', async () => {
    const discounts = [{ type: 'fixed', value: 100 }];
    const order = await calls.paid(three({ discounts, shipping: { amount: 490 } }));
    expect(order.totals.total).toBe(1_389);
    const [{ id: lineId }] = order.lines;
    const amounts: number[] = [];
    for (let piece = 0; piece < 3; piece++) {
      const { refunds } = await calls.done(
        calls.act(order.id, 'refunds', { lines: [{ lineId, quantity: 1 }] }),
      );
      amounts.push(refunds.at(-1).amount as number);
    }
    expect(amounts).toEqual([299, 300, 300]);
    const all = await calls.done(calls.act(order.id, 'refunds', { shipping: 490, reason: 'lost' }));
    expect(all).toMatchObject({ paymentStatus: 'refunded', status: 'paid', totals: { refunded: 1_389 } });
    expect(all.lines[0]).toMatchObject({ refundedQuantity: 3, refundedAmount: 899 });
    expectProblem(await calls.act(order.id, 'refunds', { amount: 1 }), 422, 'refund_too_large');
  });

  it.each([
    ['nothing', {}, 400, 'validation_failed'],
    ['an amount and pieces', { amount: 1, shipping: 1 }, 400, 'validation_failed'],
    ['zero', { amount: 0 }, 400, 'validation_failed'],
    ['more than was paid', { amount: 1_000 }, 422, 'refund_too_large'],
    ['shipping that cost nothing', { shipping: 1 }, 422, 'refund_too_large'],
    ['zero pieces', { lines: [{ lineId: 'own', quantity: 0 }] }, 400, 'validation_failed'],
    ['more pieces than sold', { lines: [{ lineId: 'own', quantity: 4 }] }, 422, 'refund_too_large'],
    [
      'a line twice',
      {
        lines: [
          { lineId: 'own', quantity: 1 },
          { lineId: 'own', quantity: 1 },
        ],
      },
      400,
      'validation_failed',
    ],
    [
      'a foreign line',
      { lines: [{ lineId: '6921b0d2a1f4b0a7c9e01234', quantity: 1 }] },
      404,
      'order_line_not_found',
    ],
  ])('refuse to give back %s', async (_name, wrong, status, code) => {
    const order = await calls.paid(three());
    const lines = (wrong as { lines?: { lineId: string }[] }).lines?.map((line) =>
      line.lineId === 'own' ? { ...line, lineId: order.lines[0].id } : line,
    );
    expectProblem(
      await calls.act(order.id, 'refunds', { ...wrong, ...(lines ? { lines } : {}) }),
      status,
      code,
    );
    expect(await calls.get(order.id)).toEqual(order);
  });

  it('follow a cancellation: what is left is given back', async () => {
    const order = await calls.paid(three({ shipping: { amount: 490 } }));
    await calls.done(calls.act(order.id, 'refunds', { amount: 89 }));
    const cancelled = await calls.done(calls.act(order.id, 'cancel', { reason: 'changed their mind' }));
    expect(cancelled).toMatchObject({
      ...{ status: 'cancelled', paymentStatus: 'refunded', cancelReason: 'changed their mind' },
      totals: { total: 1_489, refunded: 1_489 },
    });
    const [, rest] = cancelled.refunds;
    expect(rest.lines[0].amount + rest.shipping).toBe(1_400);
  });

  it('take pieces back until all are, no more than were sold', async () => {
    const order = await calls.paid(three());
    await calls.done(calls.act(order.id, 'ship'));
    const [{ id: lineId }] = order.lines;
    const back = (quantity: number) => calls.act(order.id, 'returns', { lines: [{ lineId, quantity }] });
    expect((await calls.done(back(1))).status).toBe('shipped');
    expectProblem(await back(3), 422, 'return_too_large');
    for (const quantity of [0, -1, 1.5]) expectProblem(await back(quantity), 400, 'validation_failed');
    expect((await calls.done(back(2))).status).toBe('returned');
    expectProblem(await back(1), 409, 'invalid_transition');
  });
});

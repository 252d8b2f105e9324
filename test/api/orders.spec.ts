import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { expectProblem } from '../support/problem.js';

const NOBODY = '6921b0d2a1f4b0a7c9e01234';

describe('orders', () => {
  let test: TestApp;
  let own: TestShop;
  let calls: ReturnType<typeof orderCalls>;
  let variantId: string;

  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    calls = orderCalls(own);
    variantId = await addVariant(own, { price: 1_050, sku: 'THING' });
  });
  afterAll(() => test.close());

  const one = (more: object = {}) => ({ lines: [{ variantId, quantity: 1 }], ...more });

  it('are placed at the prices of the catalogue, numbered, and read back as answered', async () => {
    const customer = await calls.done(
      own.api.post(`/api/shops/${own.shop}/customers`, { email: 'ada@example.com' }),
    );
    const { status, headers, body } = await calls.create({
      ...{ customerId: customer.id, lines: [{ variantId, quantity: 3 }] },
      discounts: [{ type: 'percentage', value: 100_000, title: 'WELCOME10' }],
      taxes: [{ title: 'VAT', rate: 190_000 }],
      shipping: { title: 'Post', amount: 490 },
      note: 'Ring twice',
      tags: ['gift'],
    });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${calls.base}/${body.id}`);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({
      ...{ number: 1, status: 'pending', paymentStatus: 'unpaid', currency: 'EUR', note: 'Ring twice' },
      customer: { id: customer.id, email: 'ada@example.com' },
      totals: { subtotal: 3_150, discount: 315, shipping: 583, tax: 632, total: 3_957, refunded: 0 },
      lines: [{ unitPrice: 1_050, quantity: 3, sku: 'THING', total: 3_374, variant: { price: 1_050 } }],
      timeline: [{ type: 'created', by: expect.stringMatching(/^api_key:/) }],
      expiresAt: expect.any(String),
    });
    expect(await calls.get(body.id)).toEqual(body);
  });

  it('keep their price when the catalogue changes, and when the product is gone', async () => {
    const id = await addVariant(own, { price: 700 });
    const order = await calls.made({ lines: [{ variantId: id, quantity: 1 }] });
    const [{ productId }] = order.lines;
    await own.api.patch(`/api/shops/${own.shop}/products/${productId}`, {
      variants: [{ price: 900, inventoryTracker: 'shopify' }],
    });
    const after = await calls.get(order.id);
    expect(after.lines[0]).toMatchObject({ unitPrice: 700, variant: { price: 900 } });
    await own.api.delete(`/api/shops/${own.shop}/products/${productId}`);
    expect((await calls.get(order.id)).lines[0]).toMatchObject({ unitPrice: 700, variant: null });
  });

  it('go from the draft to the delivery', async () => {
    const draft = await calls.made(one({ draft: true }));
    expect(draft).toMatchObject({ number: null, status: 'draft', expiresAt: null });
    const revised = await own.api.patch(`${calls.base}/${draft.id}`, { lines: [{ variantId, quantity: 2 }] });
    expect(revised.body.totals.total).toBe(2_100);
    const placed = await calls.done(calls.act(draft.id, 'place'));
    expect(placed).toMatchObject({ number: expect.any(Number), status: 'pending' });
    const paid = await calls.done(calls.pay(placed));
    expect(paid).toMatchObject({ status: 'paid', paymentStatus: 'paid', expiresAt: null });
    const started = await calls.done(calls.act(draft.id, 'fulfil', { reference: 'T-1', carrier: 'Polar' }));
    expect(started).toMatchObject({
      status: 'fulfilling',
      fulfilment: { reference: 'T-1', carrier: 'Polar' },
    });
    const shipped = await calls.done(calls.act(draft.id, 'ship', { trackingNumber: 'PE1' }));
    expect(shipped).toMatchObject({
      status: 'shipped',
      fulfilment: { reference: 'T-1', trackingNumber: 'PE1', shippedAt: expect.any(String) },
    });
    const delivered = await calls.done(calls.act(draft.id, 'deliver'));
    expect(delivered.status).toBe('delivered');
    expect(delivered.timeline.map(({ type }: { type: string }) => type)).toEqual([
      ...['created', 'updated', 'placed', 'paid', 'fulfilling', 'shipped', 'delivered'],
    ]);
  });

  it('take a step that was taken already as done', async () => {
    const { id } = await calls.paid(one());
    const first = await calls.done(calls.act(id, 'ship'));
    const again = await calls.done(calls.act(id, 'ship'));
    expect(again.version).toBe(first.version);
  });

  it.each([
    ['draft', 'payments'],
    ['draft', 'ship'],
    ['pending', 'fulfil'],
    ['pending', 'returns'],
    ['pending', 'refunds'],
    ['paid', 'place'],
    ['paid', 'deliver'],
    ['shipped', 'cancel'],
    ['shipped', 'fulfil'],
    ['delivered', 'cancel'],
    ['cancelled', 'payments'],
    ['cancelled', 'ship'],
  ])('that are %s refuse %s, and nothing changes', async (status, action) => {
    const id = await inStatus(status);
    const before = await calls.get(id);
    const [line] = before.lines;
    const bodies: Record<string, object | undefined> = {
      payments: { amount: before.totals.total, currency: 'EUR', reference: `late-${id}` },
      refunds: { amount: 1 },
      returns: { lines: [{ lineId: line.id, quantity: 1 }] },
    };
    expectProblem(await calls.act(id, action, bodies[action]), 409, 'invalid_transition');
    expect(await calls.get(id)).toEqual(before);
  });

  async function inStatus(status: string): Promise<string> {
    const { id, ...order } = await calls.made(one({ draft: status === 'draft' }));
    if (status === 'cancelled') await calls.done(calls.act(id, 'cancel'));
    if (['paid', 'shipped', 'delivered'].includes(status)) await calls.done(calls.pay({ id, ...order }));
    if (['shipped', 'delivered'].includes(status)) await calls.done(calls.act(id, 'ship'));
    if (status === 'delivered') await calls.done(calls.act(id, 'deliver'));
    expect((await calls.get(id)).status).toBe(status);
    return id;
  }

  it('settle what is sold when they are placed; notes, tags and addresses stay open', async () => {
    const { id } = await calls.made(one());
    const path = `${calls.base}/${id}`;
    expectProblem(await own.api.patch(path, { lines: [] }), 409, 'invalid_transition');
    const address = { name: 'Ada', line1: 'Street 1', postalCode: '0154', city: 'Oslo', country: 'NO' };
    const { body } = await own.api.patch(path, { note: 'n', tags: ['a'], shippingAddress: address });
    expect(body).toMatchObject({ note: 'n', tags: ['a'], shippingAddress: address, version: 2 });
    const stale = await own.api.patch(path, { note: 'x' }, { headers: { 'if-match': '"1"' } });
    expectProblem(stale, 412, 'version_mismatch');
    const commented = await calls.done(calls.act(id, 'comments', { message: 'Customer called' }));
    expect(commented.timeline.at(-1)).toMatchObject({ type: 'comment', message: 'Customer called' });
  });

  it('lose none of 20 comments made at once', async () => {
    const { id } = await calls.made(one());
    const texts = Array.from({ length: 20 }, (_, i) => `comment ${i}`);
    await Promise.all(texts.map((message) => calls.done(calls.act(id, 'comments', { message }))));
    const { timeline } = await calls.get(id);
    const kept = timeline.filter(({ type }: { type: string }) => type === 'comment');
    expect(kept.map(({ message }: { message: string }) => message).sort()).toEqual(texts.sort());
  });

  it('in another currency than the shop need a price for each line', async () => {
    expectProblem(await calls.create(one({ currency: 'USD' })), 400, 'validation_failed');
    const lines = [{ variantId, quantity: 2, unitPrice: 1_200 }];
    const order = await calls.made({ currency: 'USD', lines });
    expect(order).toMatchObject({ currency: 'USD', totals: { total: 2_400 } });
  });

  it.each([
    ['no lines', { lines: [] }],
    ['lines that are absent', { lines: undefined }],
    ['a quantity of zero', { lines: [{ variantId: 'own', quantity: 0 }] }],
    ['a negative quantity', { lines: [{ variantId: 'own', quantity: -1 }] }],
    ['half a piece', { lines: [{ variantId: 'own', quantity: 0.5 }] }],
    ['a quantity as text', { lines: [{ variantId: 'own', quantity: '1' }] }],
    ['a variant that is not there', { lines: [{ variantId: NOBODY, quantity: 1 }] }],
    ['a variant that is an operator', { lines: [{ variantId: { $ne: null }, quantity: 1 }] }],
    ['a customer that is not there', { customerId: NOBODY }],
    ['an unknown currency', { currency: 'ZZZ' }],
    ['a currency in small letters', { currency: 'eur' }],
    ['a negative price', { lines: [{ variantId: 'own', quantity: 1, unitPrice: -1 }] }],
    ['a discount of more than all', { discounts: [{ type: 'percentage', value: 1_000_001 }] }],
    ['a discount off a line that is not there', { discounts: [{ type: 'fixed', value: 1, line: 1 }] }],
    ['a tax of more than all', { taxes: [{ title: 'T', rate: 1_000_001 }] }],
    ['a total that is not exact', { lines: [{ variantId: 'own', quantity: 1e6, unitPrice: 1e12 }] }],
    ['an unknown field', { total: 1 }],
  ])('refuse %s, and no number or stock is lost', async (_name, wrong) => {
    const before = await calls.level(variantId);
    const lines = (wrong as { lines?: { variantId?: unknown }[] }).lines;
    const filled = lines?.map((line) => (line.variantId === 'own' ? { ...line, variantId } : line));
    const answer = await calls.create({ ...one(), ...wrong, ...('lines' in wrong ? { lines: filled } : {}) });
    expectProblem(answer, 400, 'validation_failed');
    expect(await calls.level(variantId)).toEqual(before);
  });

  it("are another shop's business only there", async () => {
    const other = await test.newShop();
    const { id } = await calls.made(one());
    expectProblem(await other.api.get(`/api/shops/${other.shop}/orders/${id}`), 404, 'order_not_found');
    expectProblem(
      await other.api.post(`/api/shops/${other.shop}/orders/${id}/cancel`, {}),
      404,
      'order_not_found',
    );
    const foreign = await other.api.post(`/api/shops/${other.shop}/orders`, one());
    expectProblem(foreign, 400, 'validation_failed');
    expectProblem(await own.api.get(`${calls.base}/nonsense`), 404, 'order_not_found');
  });

  it('come once with one Idempotency-Key', async () => {
    const call = { headers: { 'idempotency-key': 'order-once' } };
    const answers = await Promise.all(Array.from({ length: 8 }, () => own.api.post(calls.base, one(), call)));
    const again = await own.api.post(calls.base, one(), call);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set([...made, again].map(({ body }) => body.id)).size).toBe(1);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });
});

import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addVariant, orderCalls } from '../support/orders.js';
import { expectProblem } from '../support/problem.js';

interface Listed {
  id: string;
  number: number | null;
  createdAt: string;
  totals: { total: number };
}

describe('the list of orders', () => {
  let test: TestApp;
  let own: TestShop;
  let calls: ReturnType<typeof orderCalls>;
  let ada: string;
  let serial: string;
  /** In the order they were made; two cost the same. */
  const all: Listed[] = [];

  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    calls = orderCalls(own);
    const base = `/api/shops/${own.shop}`;
    const variantId = await addVariant(own, { price: 1_000, sku: 'THING' });
    const customer = async (email: string): Promise<string> =>
      (await calls.done(own.api.post(`${base}/customers`, { email }))).id;
    const bob = await customer('bob@example.com');
    ada = await customer('ada@example.com');
    const sold = (customerId: string, quantity: number, more: object = {}) =>
      calls.made({ customerId, lines: [{ variantId, quantity }], ...more });
    all.push(await sold(ada, 3, { tags: ['gift'] }));
    all.push(await calls.done(calls.pay(await sold(bob, 1))));
    all.push(await sold(ada, 2, { draft: true }));
    all.push(await calls.done(calls.pay(await sold(ada, 1, { tags: ['gift', 'late'] }))));
    all.push(await sold(bob, 5));
    const unit = await calls.done(own.api.post(`${base}/devices`, { variantId, serial: 'SN-LIST' }));
    serial = unit.serial;
    const { id, lines } = await calls.get(all[3]!.id);
    await calls.done(
      own.api.post(`${calls.base}/${id}/lines/${lines[0].id}/devices`, { deviceIds: [unit.id] }),
    );
    const other = await test.newShop();
    await orderCalls(other).made({ lines: [{ variantId: await addVariant(other), quantity: 1 }] });
  });
  afterAll(() => test.close());

  /** Which of `all` a query gives, read page by page. */
  async function listed(query: Record<string, string>, limit = 2): Promise<number[]> {
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const search = new URLSearchParams({ ...query, limit: `${limit}`, ...(cursor ? { cursor } : {}) });
      const { data, page } = await calls.list(`?${search.toString()}`);
      expect(data.length).toBeLessThanOrEqual(limit);
      found.push(...data.map(({ id }: Listed) => id));
      cursor = page.nextCursor as string | null;
    }
    return found.map((id) => all.findIndex((order) => order.id === id));
  }

  it.each([
    ['everything, newest first', {}, [4, 3, 2, 1, 0]],
    ['oldest first', { sort: 'createdAt' }, [0, 1, 2, 3, 4]],
    ['a state', { status: 'paid' }, [3, 1]],
    ['a customer', { customerId: 'ada' }, [3, 2, 0]],
    ['a customer and a state', { customerId: 'ada', status: 'pending' }, [0]],
    ['a tag', { tag: 'gift' }, [3, 0]],
    ['a number', { number: '2' }, [1]],
    ['the dearest first, equal ones newest first', { sort: '-total' }, [4, 0, 2, 3, 1]],
    ['the cheapest first, equal ones oldest first', { sort: 'total' }, [1, 3, 2, 0, 4]],
    ['a range of totals, both ends in it', { totalMin: '2000', totalMax: '3000', sort: 'total' }, [2, 0]],
    ['a total and a state', { totalMax: '1000', status: 'paid' }, [3, 1]],
    ['numbered ones by number', { sort: 'number' }, [0, 1, 3, 4]],
    ['numbered ones, the latest first', { sort: '-number' }, [4, 3, 1, 0]],
    ['nothing', { tag: 'nobody' }, []],
  ])('gives %s, page by page', async (_name, query: Record<string, string>, expected) => {
    const named = query['customerId'] ? { ...query, customerId: ada } : query;
    expect(await listed(named)).toEqual(expected);
  });

  it('gives what was made from a moment on, and before another', async () => {
    const [from, to] = [all[1]!.createdAt, all[3]!.createdAt];
    expect(await listed({ createdFrom: from })).toEqual([4, 3, 2, 1]);
    expect(await listed({ createdTo: to })).toEqual([2, 1, 0]);
    expect(await listed({ createdFrom: from, createdTo: to, customerId: ada })).toEqual([2]);
    expect(await listed({ createdFrom: from, createdTo: to, sort: '-total' })).toEqual([2, 1]);
  });

  it('has each order as it is read alone, with customer, variants and devices, but without its timeline', async () => {
    const { data } = await calls.list(`?number=3`);
    const { timeline, ...alone } = await calls.get(all[3]!.id);
    expect(timeline).not.toEqual([]);
    expect(data).toEqual([alone]);
    expect(data[0]).toMatchObject({
      customer: { id: ada, email: 'ada@example.com' },
      lines: [{ variant: { sku: 'THING' }, devices: [{ serial, status: 'assigned' }] }],
    });
  });

  it('is not shaken by what comes in while it is read', async () => {
    const [first] = [await calls.list('?limit=2')];
    const { lines } = await calls.get(all[0]!.id);
    const late = await calls.made({ lines: [{ variantId: lines[0].variantId, quantity: 1 }] });
    const next = await calls.list(`?limit=10&cursor=${first.page.nextCursor}`);
    const ids = [...first.data, ...next.data].map(({ id }: Listed) => id);
    expect(ids).toEqual([4, 3, 2, 1, 0].map((at) => all[at]!.id));
    expect(ids).not.toContain(late.id);
  });

  it.each([
    ['a state that is none', 'status=lost'],
    ['a sort that is none', 'sort=customer'],
    ['a total in fractions', 'totalMin=1.5'],
    ['a negative total', 'totalMax=-1'],
    ['a time that is none', 'createdFrom=yesterday'],
    ['an unknown filter', 'colour=blue'],
  ])('refuses %s', async (_name, query) => {
    expectProblem(await own.api.get(`${calls.base}?${query}`), 400, 'validation_failed');
  });

  it('refuses a cursor of another sort', async () => {
    const { page } = await calls.list('?limit=2&sort=total');
    const answer = await own.api.get(`${calls.base}?limit=2&sort=-total&cursor=${page.nextCursor}`);
    expectProblem(answer, 400, 'invalid_cursor');
  });
});

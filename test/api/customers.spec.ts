import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { expectProblem } from '../support/problem.js';

describe('customers', () => {
  let test: TestApp;
  let own: TestShop;
  let path: string;

  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    path = `/api/shops/${own.shop}/customers`;
  });
  afterAll(() => test.close());

  it('are created, read, changed and removed', async () => {
    const input = { email: 'Ada@Example.com', phone: '+49 30 901820', firstName: 'Ada', tags: ['vip'] };
    const { status, headers, body } = await own.api.post(path, input);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${path}/${body.id}`);
    expect(body).toMatchObject({ ...input, phone: '+4930901820', lastName: '', version: 1 });
    expect((await own.api.get(`${path}/${body.id}`)).body).toEqual(body);
    const changed = await own.api.patch(`${path}/${body.id}`, { email: null, lastName: 'L' });
    expect(changed.body).toMatchObject({ email: null, lastName: 'L', firstName: 'Ada', version: 2 });
    const stale = await own.api.patch(`${path}/${body.id}`, {}, { headers: { 'if-match': '"1"' } });
    expectProblem(stale, 412, 'version_mismatch');
    expect((await own.api.delete(`${path}/${body.id}`)).status).toBe(204);
    expectProblem(await own.api.get(`${path}/${body.id}`), 404, 'customer_not_found');
    expectProblem(await own.api.delete(`${path}/${body.id}`), 404, 'customer_not_found');
  });

  it.each([
    ['an address in another case', { email: 'twin@example.com' }, { email: 'TWIN@example.com' }],
    ['a number written otherwise', { phone: '+14155552671' }, { phone: '+1 (415) 555-2671' }],
  ])('are one by %s, also when created at once, and another in another shop', async (_name, one, same) => {
    const answers = await Promise.all([one, same, one, same].map((input) => own.api.post(path, input)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    expectProblem(await own.api.post(path, same), 409, 'customer_exists');
    const search = new URLSearchParams(same).toString();
    expect((await own.api.get(`${path}?${search}`)).body.data).toHaveLength(1);
    const other = await test.newShop();
    expect((await other.api.post(`/api/shops/${other.shop}/customers`, one)).status).toBe(201);
  });

  it.each([
    ['neither address nor number', { firstName: 'Nobody' }],
    ['no address', { email: 'nobody' }],
    ['a number without its country', { phone: '030 901820' }],
    ['a number nobody has', { phone: '+49123' }],
    ['an operator', { email: { $gt: '' } }],
    ['an unknown field', { email: 'x@example.com', admin: true }],
  ])('are refused with %s', async (_name, input) => {
    expectProblem(await own.api.post(path, input), 400, 'validation_failed');
  });

  it('are listed newest first, page by page, by tag', async () => {
    const shop = await test.newShop();
    const list = `/api/shops/${shop.shop}/customers`;
    for (let i = 0; i < 5; i++)
      await shop.api.post(list, { email: `c${i}@example.com`, tags: [i % 2 ? 'odd' : 'even'] });
    const read = async (query: string): Promise<string[]> => {
      const all: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = await shop.api.get(`${list}?limit=2&${query}${cursor && `&cursor=${cursor}`}`);
        all.push(...page.body.data.map(({ email }: { email: string }) => email[1]));
        cursor = page.body.page.nextCursor as string | null;
      }
      return all;
    };
    expect(await read('')).toEqual(['4', '3', '2', '1', '0']);
    expect(await read('sort=createdAt')).toEqual(['0', '1', '2', '3', '4']);
    expect(await read('tag=odd')).toEqual(['3', '1']);
    expectProblem(await shop.api.get(`${list}?cursor=WzFd`), 400, 'invalid_cursor');
  });
});

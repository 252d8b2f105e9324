import { encodeCursor } from '../../src/kernel/cursor.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { expectProblem } from '../support/problem.js';

const ID = '000000000000000000000000';
const DATE = new Date('2026-01-01T00:00:00Z');
const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('bad queries', () => {
  let test: TestApp;
  let own: TestShop;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    await addProducts(own, [{ title: 'A' }, { title: 'B' }]);
  });
  afterAll(() => test.close());

  const list = (query: string) => own.api.get(`/api/shops/${own.shop}/products?${query}`);

  it.each([
    'limit=0',
    'limit=-1',
    'limit=',
    'limit=251',
    'limit=1.5',
    'limit=1e2',
    'limit=0x10',
    'limit=NaN',
    'limit=99999999999999999999',
    'limit=%201',
    'limit[]=1',
    'limit=1&limit=2',
    'offset=-1',
    'offset=',
    'offset=10001',
    'offset=x',
    'status=',
    'status=sold',
    'status=ACTIVE',
    'status=active&status=draft',
    'sort=',
    'sort=sheep',
    'sort=__proto__',
    'sort=-constructor',
    'sort=--title',
    'sort=title&sort=price',
    'vendor=',
    'vendor=a&vendor=b',
    'tag[]=a',
    'q=',
    'q=a&q=b',
    `q=${'x'.repeat(201)}`,
    'optimized=yes',
    'optimized=',
    'updatedSince=yesterday',
    'updatedSince=',
    'updatedSince=2026-13-45',
    'updatedSince=1',
    'priceMin=-1',
    'priceMin=9.99',
    'priceMax=',
    'priceMax=x',
    'fields=',
    'fields=sheep',
    'fields=__proto__',
    'fields=search',
    'fields=id,id',
    'vendor[$ne]=x',
    'status[$gt]=',
    '$where=1',
    '$or[0][a]=1',
    'vendor.x=1',
    '__proto__=1',
    '__proto__[x]=1',
    'constructor=1',
    'constructor[prototype][x]=1',
    'prototype=1',
    'toString=1',
    'hasOwnProperty=1',
    'sheep=1',
    'shop=other.myshopify.com',
    'q=%00',
    'vendor=a%00b',
    'cursor=',
    `cursor=${'A'.repeat(2_001)}`,
  ])('%s is refused', async (query) => {
    expectProblem(await list(query), 400, query === 'cursor=' ? 'invalid_cursor' : 'validation_failed');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each<[string, string]>([
    ['empty', ''],
    ['noise', 'not-a-cursor'],
    ['null', token(null)],
    ['an object', token({ $ne: null })],
    ['another version', token([9, '-updatedAt', [{ d: 1 }, ID]])],
    ['another sort', encodeCursor({ sort: 'title', values: ['A', ID] })],
    ['too few values', encodeCursor({ sort: '-updatedAt', values: [DATE] })],
    ['too many values', encodeCursor({ sort: '-updatedAt', values: [DATE, ID, ID] })],
    ['no id', encodeCursor({ sort: '-updatedAt', values: [DATE, null] })],
    ['an id that is none', encodeCursor({ sort: '-updatedAt', values: [DATE, 'abcdefghijkl'] })],
    ['an operator as the value', token([1, '-updatedAt', [{ $gt: '' }, ID]])],
    ['an operator as the id', token([1, '-updatedAt', [{ d: 1 }, { $ne: null }]])],
    ['a list as the value', token([1, '-updatedAt', [[1], ID]])],
    ['a date out of range', token([1, '-updatedAt', [{ d: 1e300 }, ID]])],
    ['text as the date', encodeCursor({ sort: '-updatedAt', values: ['2026', ID] })],
    ['a number as the date', encodeCursor({ sort: '-updatedAt', values: [0, ID] })],
    ['nothing as the date', encodeCursor({ sort: '-updatedAt', values: [null, ID] })],
  ])('a cursor with %s is refused', async (_, cursor) => {
    expectProblem(await list(`cursor=${cursor}`), 400, 'invalid_cursor');
  });

  it.each<[string, unknown]>([
    ['title', 5],
    ['price', 'x'],
    ['handle', true],
    ['price', DATE],
  ])('a cursor of the sort %s with the value %p is refused', async (sort, value) => {
    const cursor = encodeCursor({ sort, values: [value as string, ID] });
    expectProblem(await list(`sort=${sort}&cursor=${cursor}`), 400, 'invalid_cursor');
  });

  it.each(['/api/shops?', 'api-keys?', 'sitemaps?'])('%s knows no bad page either', async (list) => {
    const path = list.startsWith('/') ? list : `/api/shops/${own.shop}/${list}`;
    for (const query of [
      'limit=0',
      'limit=-1',
      'limit=',
      'offset=-1',
      'offset=',
      'sheep=1',
      'limit=1&limit=2',
      '$where=1',
      '__proto__=1',
    ]) {
      expectProblem(await test.admin.get(path + query), 400, 'validation_failed');
    }
  });

  it.each([
    'no-such-shop.myshopify.com',
    'shop.example.com',
    '..',
    '%00',
    '%24ne',
    '__proto__',
    'a'.repeat(200),
  ])('the shop %s is unknown to operators', async (shop) => {
    const answer = await test.admin.get(`/api/shops/${shop}/products`);
    expectProblem(answer, 404, shop === '..' ? answer.body.code : 'shop_not_found');
  });

  const UNKNOWN_JOBS = ['nothing', ID, '%7B%22$ne%22:1%7D', '__proto__'];
  it.each(UNKNOWN_JOBS)('the job %s is unknown', async (id) => {
    expectProblem(await own.api.get(`/api/jobs/${id}`), 404, 'job_not_found');
  });

  it.each(UNKNOWN_JOBS)('the events of the job %s are unknown', async (id) => {
    expectProblem(await own.api.get(`/api/jobs/${id}/events`), 404, 'job_not_found');
  });
});

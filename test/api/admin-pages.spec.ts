import type { mongo } from 'mongoose';
import { startTestApp, type TestApp } from '../support/app.js';
import { Balancer } from '../support/balancer.js';
import { BrowserPage, findBrowser } from '../support/browser.js';
import { movingOrder, positionAt, type Moving } from '../support/tracking.js';

/** Where the pictures of docs/admin.md are, when they are to be made anew: `UPDATE_PICTURES=1 npm test -- test/api/admin-pages`. */
const folder = process.env.UPDATE_PICTURES ? 'docs/pictures' : '.local/screenshots';
/** A week of runs of a schedule, and a job that was given up, as a busy installation has them. */
async function insertHistory(db: mongo.Db): Promise<void> {
  const day = 24 * 3600 * 1000;
  const common = { payload: {}, payloadVersion: 1, priority: 0, progress: null, error: null, attempts: 1 };
  const runs = Array.from({ length: 14 }, (_, at) => {
    const startedAt = new Date(Date.now() - (14 - at) * day);
    return {
      ...{ ...common, name: 'jobs.retention', queue: 'maintenance', shop: null, group: null, payload: {} },
      ...{ state: at === 9 ? 'failed' : 'completed', result: at === 9 ? null : { removed: 40 * at } },
      ...(at === 9
        ? { error: { code: 'database_unavailable', detail: 'The database is not reachable.' } }
        : {}),
      ...{ trigger: { kind: 'schedule', slot: startedAt }, createdAt: startedAt, startedAt },
      finishedAt: new Date(startedAt.getTime() + 300 + 170 * ((at * 7) % 5) + 40 * at),
    };
  });
  const deadAt = new Date(Date.now() - 3600 * 1000);
  const shop = 'nordlys-apparel.myshopify.com';
  const stack = 'Error: No space left on device\n    at writeSitemap (sitemap-writer.js:88:13)';
  const dead = {
    ...{ ...common, name: 'sitemap.generate', queue: 'sitemap-generation', shop, group: shop, attempts: 3 },
    ...{ payload: { shop, email: 'somebody@example.com' }, state: 'failed', result: null, trigger: null },
    ...{ failure: { message: 'No space left on device', stack }, createdAt: deadAt, startedAt: deadAt },
    ...{
      error: { code: 'internal_error', detail: 'The job failed on our side.' },
      finishedAt: deadAt,
      deadAt,
    },
  };
  await db.collection('jobs').insertMany([...runs, dead]);
}

const SCREENS = [
  ['desktop', 1200, 800, false],
  ['phone', 390, 844, true],
] as const;

(findBrowser() ? describe : describe.skip)('the pages in a browser', () => {
  let test: TestApp;
  let page: BrowserPage;
  beforeAll(async () => {
    test = await startTestApp();
    await insertHistory(test.db);
    page = await BrowserPage.open(`${test.baseUrl}/admin/jobs`);
  });
  afterAll(async () => {
    await page.close();
    await test.close();
  });

  /** A picture at each width, of the whole page where that is not too long to look at; nothing may stick out to the right of either, nor on a phone of a table in it. */
  async function look(name: string): Promise<void> {
    for (const [screen, width, height, phone] of SCREENS) {
      await page.resize(width, height, phone);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      const tables = `[...document.querySelectorAll('.scroll')].every((one) => one.scrollWidth <= one.clientWidth)`;
      if (phone) expect([name, await page.evaluate(tables)]).toEqual([name, true]);
      await page.screenshot(`admin-${name}-${screen}.png`, { folder, whole: !phone });
    }
  }

  const heading = (text: string) => page.waitFor(`document.querySelector('h1')?.textContent === '${text}'`);

  async function report(of: Moving, n: number): Promise<void> {
    const { coordinates } = positionAt(n);
    const positions = [{ at: new Date().toISOString(), coordinates, speed: 21 }];
    const { text, status } = await of.carrier.api.post(`${of.path}/positions`, { positions });
    expect([status, text]).toEqual([200, expect.any(String)]);
  }
  const live = () => page.waitFor(`document.getElementById('live').textContent === 'Live'`);

  it('an operator logs in', async () => {
    await heading('Log in');
    await look('login');
    await page.evaluate(`
      document.querySelector('[name=email]').value = 'admin@example.com';
      document.querySelector('[name=password]').value = 'correct horse battery';
      document.querySelector('main form button').click()`);
    await heading('Jobs');
    expect(await page.evaluate('location.pathname')).toBe('/admin/jobs');
  });

  it('sees and starts what runs by the clock', async () => {
    await page.evaluate(`
      [...document.querySelectorAll('.card')].find((card) => card.textContent.includes('jobs.retention'))
        .querySelector('button').click()`);
    await heading('jobs.retention');
    await page.waitFor(`document.querySelector('[data-live] .badge.completed') !== null`);
    await look('schedule');
    await page.goTo(`${test.baseUrl}/admin/jobs`);
    await heading('Jobs');
    await look('jobs');
  });

  it('looks into what was given up', async () => {
    await page.goTo(`${test.baseUrl}/admin/jobs/dead-letters`);
    await heading('Dead letters');
    await look('dead-letters');
    await page.evaluate(`document.querySelector('tbody a').click()`);
    await heading('sitemap.generate');
    await look('dead-letter');
    await page.evaluate(
      `[...document.querySelectorAll('button')].find((one) => one.textContent === 'Discard').click()`,
    );
    await page.waitFor(`document.querySelector('.notice')?.textContent === 'Discarded.'`);
  });

  it('sees transport orders move', async () => {
    const first = await movingOrder(test);
    const all = [first, await movingOrder(test, first), await movingOrder(test, first)];
    for (const [at, moving] of all.entries()) await report(moving, 150 + 280 * at);
    await page.goTo(`${test.baseUrl}/admin/tracking`);
    await heading('Tracking');
    await live();
    await page.waitFor(`document.querySelectorAll('#map .marker').length === 3`);
    const marker = `document.getElementById('marker-${first.id}')`;
    const before = await page.evaluate(`${marker}.getAttribute('transform')`);
    await report(first, 230);
    await page.waitFor(`${marker}.getAttribute('transform') !== ${JSON.stringify(before)}`);
    await page.waitFor(`/in transit · .*ago *arrives in/.test(${marker}.textContent)`);
    await page.waitFor(
      `/^in \\d/.test(document.querySelector('#order-${first.id} [data-field=eta]').textContent)`,
    );
    await look('tracking');
    await first.carrier.api.post(`${first.path}/status`, { status: 'DELIVERED' });
    await page.waitFor(`${marker} === null && document.querySelectorAll('#map .marker').length === 2`);
  });

  it('sees the queues as Valkey holds them', async () => {
    await page.evaluate(
      `[...document.querySelectorAll('nav a')].find((one) => one.textContent === 'Queues').click()`,
    );
    await page.waitFor(`document.body.innerText.includes('sitemap-generation')`);
    await look('queues');
    expect(page.errors).toEqual([]);
  });

  it('sees them move on after the connection was lost', async () => {
    const moving = await movingOrder(test);
    await report(moving, 100);
    const between = await Balancer.start(test.baseUrl);
    try {
      await page.goTo(`${between.baseUrl}/admin/tracking`);
      await heading('Tracking');
      await live();
      const marker = `document.getElementById('marker-${moving.id}')`;
      await page.waitFor(`${marker} !== null`);
      const before = await page.evaluate(`${marker}.getAttribute('transform')`);
      await page.evaluate(`
        window.told = [];
        new MutationObserver(() => told.push(document.getElementById('live').textContent))
          .observe(document.getElementById('live'), { childList: true })`);
      between.cut();
      await report(moving, 300);
      await page.waitFor(`told[0] === 'Not live: connecting again' && told.at(-1) === 'Live'`);
      await page.waitFor(`${marker}.getAttribute('transform') !== ${JSON.stringify(before)}`);
    } finally {
      between.stop();
    }
  });
});

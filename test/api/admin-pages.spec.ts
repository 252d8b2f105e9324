import { startTestApp, type TestApp } from '../support/app.js';
import { BrowserPage, findBrowser } from '../support/browser.js';

/** Where the pictures of docs/admin.md are, when they are to be made anew: `UPDATE_PICTURES=1 npm test -- test/api/admin-pages`. */
const folder = process.env.UPDATE_PICTURES ? 'docs/pictures' : '.local/screenshots';
const SCREENS = [
  ['desktop', 1200, 800, false],
  ['phone', 390, 844, true],
] as const;

(findBrowser() ? describe : describe.skip)('the pages in a browser', () => {
  let test: TestApp;
  let page: BrowserPage;
  beforeAll(async () => {
    test = await startTestApp();
    page = await BrowserPage.open(`${test.baseUrl}/admin/jobs`);
  });
  afterAll(async () => {
    await page.close();
    await test.close();
  });

  /** A picture at each width; nothing may stick out to the right of either. */
  async function look(name: string): Promise<void> {
    for (const [screen, width, height, phone] of SCREENS) {
      await page.resize(width, height, phone);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await page.screenshot(`admin-${name}-${screen}.png`, { folder, whole: true });
    }
  }

  const heading = (text: string) => page.waitFor(`document.querySelector('h1')?.textContent === '${text}'`);

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
    expect(page.errors).toEqual([]);
  });
});

import { openApiFile, operations } from '../support/openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { BrowserPage, findBrowser } from '../support/browser.js';

describe('OpenAPI', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  it('serves the document that is checked in', async () => {
    const { status, body, headers } = await test.anonymous.get('/api/docs');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/json');
    expect(body).toEqual(openApiFile());
  });

  describe.each(
    operations().map((operation) => [`${operation.method} ${operation.path}`, operation] as const),
  )('%s', (_name, operation) => {
    it('is named, tagged and described, with what it answers', () => {
      expect(operation.id).toMatch(/^[a-z][A-Za-z]+$/);
      expect(operation.tags).toHaveLength(1);
      expect(operation.summary).toBeTruthy();
      const success = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
      expect(success).toHaveLength(1);
      if (success[0]![0] !== '204')
        expect(Object.values(success[0]![1].content ?? {})[0]?.schema).toBeDefined();
    });

    it('documents its problems as problem+json', () => {
      const errors = Object.entries(operation.responses).filter(([status]) => /^[45]/.test(status));
      if (operation.tags[0] !== 'operations') {
        expect(errors.map(([status]) => status)).toEqual(expect.arrayContaining(['500', '503']));
        for (const [, { content }] of errors)
          expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
      }
      const statuses = errors.map(([status]) => status);
      if (operation.demand) expect(statuses).toEqual(expect.arrayContaining(['401', '403']));
      if (operation.path.includes('{shop}'))
        expect(statuses).toEqual(expect.arrayContaining(['400', '404', '410']));
    });
  });

  it('has no object without a description of its content', () => {
    const vague: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { type, properties, additionalProperties } = node as Record<string, unknown>;
      if (type === 'object' && !properties && !additionalProperties) vague.push(path);
      for (const [key, value] of Object.entries(node)) walk(value, `${path}/${key}`);
    };
    walk({ ...openApiFile().components, ...openApiFile().paths }, '');
    expect(vague).toEqual([]);
  });

  const inBrowser = findBrowser() ? it : it.skip;
  inBrowser('shows every operation on its page, without an error in the console', async () => {
    const page = await BrowserPage.open(`${test.baseUrl}/api/docs/ui`);
    try {
      await page.waitFor(`document.querySelector('.opblock') !== null`);
      await page.screenshot('openapi-ui.png');
      await page.waitFor(`(${scrollOn})() >= ${operations().length}`);
      expect(await page.evaluate(`window.shown.size`)).toBe(operations().length);
      expect(await page.evaluate(`document.title`)).toBe('Entrepot API');
      expect(page.errors).toEqual([]);
    } finally {
      await page.close();
    }
  });
});

/** Run in the page, which holds of a long list only what is in sight: notes that and scrolls on, round and round. */
const scrollOn = `() => {
  window.shown ??= new Set();
  for (const { id } of document.querySelectorAll('.opblock')) window.shown.add(id);
  const atEnd = window.scrollY + window.innerHeight >= document.body.scrollHeight - 5;
  window.scrollTo(0, atEnd ? 0 : window.scrollY + 500);
  return window.shown.size;
}`;

import { ApiError, Entrepot, items, JobFailedError, pages } from '../../clients/typescript/src/index.js';
import { AccountsService, MembersService, ofShop } from '../../src/modules/identity/index.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { csvOf } from '../support/csv-catalogue.js';

const PASSWORD = 'correct horse battery';

describe('TypeScript client', () => {
  let test: TestApp;
  let own: TestShop;
  let entrepot: Entrepot;
  let operator: Entrepot;
  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    entrepot = new Entrepot({ baseUrl: test.baseUrl, apiKey: own.apiKey });
    operator = new Entrepot({ baseUrl: test.baseUrl });
    await operator.logIn('admin@example.com', PASSWORD);
  });
  afterAll(() => test.close());

  const refusal = async (call: Promise<unknown>): Promise<ApiError> => {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
  };

  it('installs a shop, puts it on a plan, and works with the key it got', async () => {
    const shop = `client-${process.pid}.myshopify.com`;
    const { data: installed, response } = await operator.installShop({
      body: { shop, name: 'Client', currency: 'EUR' },
    });
    expect(response.status).toBe(201);
    await operator.changeSubscription({ path: { shop }, body: { plan: 'enterprise' } });
    const merchant = new Entrepot({ baseUrl: test.baseUrl, apiKey: installed.apiKey });
    const { data } = await merchant.updateShop({ path: { shop }, body: { name: 'Renamed' } });
    expect(data).toMatchObject({ shop, name: 'Renamed', currency: 'EUR' });
    expect((await merchant.getSubscription({ path: { shop } })).data).toMatchObject({ plan: 'enterprise' });
    const listed = await all(items((at) => operator.listShops({ query: { limit: 1, ...at } })));
    expect(listed.map((one) => one.shop).sort()).toEqual([own.shop, shop].sort());
    await operator.uninstallShop({ path: { shop } });
    expect(await refusal(merchant.getShop({ path: { shop } }))).toMatchObject({ status: 401 });
  });

  it('creates, reads, changes and deletes a product', async () => {
    const path = { shop: own.shop };
    const { data: made, response } = await entrepot.createProduct({
      path,
      body: { title: 'Linen shirt', variants: [{ price: 4900 }] },
    });
    expect(response.headers.get('location')).toBe(`/api/shops/${own.shop}/products/${made.id}`);
    const one = { ...path, id: made.id };
    expect((await entrepot.getProduct({ path: one })).data).toEqual(made);
    const { data: changed } = await entrepot.updateProduct({
      path: one,
      headers: { 'if-match': `"${made.version}"` },
      body: { title: 'Washed' },
    });
    expect(changed).toMatchObject({ title: 'Washed', version: made.version + 1 });
    const late = entrepot.updateProduct({
      path: one,
      headers: { 'if-match': '"1"' },
      body: { title: 'Late' },
    });
    expect(await refusal(late)).toMatchObject({ status: 412, code: 'version_mismatch' });
    expect((await entrepot.deleteProduct({ path: one })).response.status).toBe(204);
    expect(await refusal(entrepot.getProduct({ path: one }))).toMatchObject({
      name: 'ApiError',
      status: 404,
      code: 'product_not_found',
      message: expect.stringContaining(made.id),
      requestId: expect.stringMatching(/./),
    });
  });

  it('imports, pages through the catalogue, and generates the sitemap, watching the jobs', async () => {
    const { shop, apiKey } = await test.newShop();
    const merchant = new Entrepot({ baseUrl: test.baseUrl, apiKey });
    const path = { shop };
    const csv = csvOf(Array.from({ length: 7 }, (_, i) => ({ Handle: `p-${i}`, Title: `Product ${i}` })));
    const { data: started } = await merchant.importProducts({
      path,
      body: { file: new Blob([csv], { type: 'text/csv' }) },
    });
    const states = [];
    for await (const job of merchant.watchJob(started.jobId)) states.push(job.state);
    expect(states.at(-1)).toBe('completed');
    expect(await merchant.jobResult(started.jobId)).toMatchObject({ created: 7 });

    const read = await all(
      items((at) =>
        merchant.listProducts({ path, query: { limit: 3, sort: 'handle', fields: ['id', 'handle'], ...at } }),
      ),
    );
    expect(read.map(({ handle }) => handle)).toEqual(Array.from({ length: 7 }, (_, i) => `p-${i}`));
    const sizes = [];
    for await (const { data } of pages((at) => merchant.listProducts({ path, query: { limit: 3, ...at } }))) {
      sizes.push(data.length);
    }
    expect(sizes).toEqual([3, 3, 1]);

    const { data: sitemap } = await merchant.generateSitemap({ path });
    expect(await merchant.jobResult(sitemap.jobId)).toMatchObject({ products: 7, urls: 8 });
    const { data: xml } = await merchant.readSitemap({
      path: { shop, file: 'sitemap.xml' },
      parseAs: 'text',
    });
    expect(xml).toContain(`https://${shop}/products/p-6`);
    expect((await merchant.exportProducts({ path })).data).toContain('Product 6');
  });

  it('serves somebody who logs in', async () => {
    const account = await test.app.get(AccountsService).put('client@example.com', PASSWORD, 'merchant');
    await test.app.get(MembersService).addOwner(ofShop(own.shop), account);
    const kept: unknown[] = [];
    const frontend = new Entrepot({ baseUrl: test.baseUrl, onTokens: (tokens) => kept.push(tokens) });
    expect(await refusal(frontend.logIn(account.email, 'wrong'))).toMatchObject({
      code: 'invalid_credentials',
    });
    const tokens = await frontend.logIn(account.email, PASSWORD);
    expect((await frontend.getAccount()).data).toMatchObject({ email: account.email, role: 'merchant' });
    const { data: key } = await frontend.createApiKey({
      path: { shop: own.shop },
      body: { name: 'storefront', scopes: ['products:read'] },
    });
    expect(key.secret).toMatch(/^ent_live_/);
    await frontend.logOut();
    expect(kept).toEqual([tokens, undefined]);
    expect(await refusal(frontend.getAccount())).toMatchObject({ status: 401, code: 'unauthenticated' });
    const later = new Entrepot({ baseUrl: test.baseUrl, tokens });
    expect(await refusal(later.getAccount())).toMatchObject({ status: 401 });
    expect(later.tokens).toBeUndefined(); // the session is over
  });

  it('names every bad field', async () => {
    const call = entrepot.createProduct({
      path: { shop: own.shop },
      body: { title: '', variants: [{ price: -1 }] },
    });
    expect((await refusal(call)).errors.map(({ field }) => field)).toEqual(['title', 'variants.0.price']);
  });

  it('gives the error back instead of throwing it, when told so', async () => {
    const { data, error } = await entrepot.getShop({
      path: { shop: 'foreign.myshopify.com' },
      throwOnError: false,
    });
    expect(data).toBeUndefined();
    expect(error).toMatchObject({ code: 'shop_forbidden', status: 403 });
  });

  it('tells of a job that failed, and of one that is not there', async () => {
    const { data } = await entrepot.generateSitemap({ path: { shop: own.shop } });
    await entrepot.jobResult(data.jobId);
    const error = { code: 'product_limit_reached', detail: 'The plan is full.' };
    await test.db
      .collection('jobs')
      .updateOne({ shop: own.shop, name: 'sitemap.generate' }, { $set: { state: 'failed', error } });
    const failure = await entrepot.jobResult(data.jobId).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(JobFailedError);
    expect(failure).toMatchObject({ code: error.code, message: error.detail });
    expect(await refusal(entrepot.jobResult('6921b0d2a1f4b0a7c9e01234'))).toMatchObject({
      code: 'job_not_found',
    });
  });
});

async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const read = [];
  for await (const item of list) read.push(item);
  return read;
}

import type { Answer } from '../support/client.js';
import { ApiKeysService } from '../../src/modules/identity/index.js';
import type { AccessRule } from '../../src/platform/http/access.js';
import { routeAccess } from '../../src/platform/http/route-access.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { fill, operations, type Operation } from '../support/openapi.js';
import { expectProblem } from '../support/problem.js';

/** What anyone may call. A new public operation has to be put here on purpose. */
const PUBLIC = [
  ...['live', 'startup', 'ready', 'health', 'metrics'],
  ...['login', 'listPlans', 'getPlan', 'readSitemap', 'listFeaturedProducts'],
  ...['register', 'verifyEmail', 'refreshTokens', 'logout', 'forgotPassword', 'resetPassword', 'getJwks'],
  'acceptInvitationWithPassword',
];

/** Pages are no part of the API's document. */
const PUBLIC_PAGES = [
  'AdminAssetsController.read',
  'AdminLoginController.login',
  'AdminLoginController.logout',
  'AdminLoginController.show',
  'MailReportsController.take',
  'TwilioStatusController.status',
  'UnsubscribeController.show',
  'UnsubscribeController.unsubscribe',
];
const isPage = (rule: AccessRule | undefined) =>
  rule?.kind === 'page' || (rule?.kind === 'public' && rule.page === true);

const all = operations();
const closed = all.filter(({ id }) => !PUBLIC.includes(id));
const ofShop = closed.filter(({ path }) => path.includes('{shop}'));
/** Demands who the caller is, not what it may do. */
const forRole = ({ demand }: Operation) => demand === 'admin' || demand === 'account';
const named = (which: Operation[]) =>
  which.map((operation) => [`${operation.method} ${operation.path}`, operation] as const);

describe('access', () => {
  let test: TestApp;
  let own: TestShop;
  let other: TestShop;
  let powerless: string;

  beforeAll(async () => {
    test = await startTestApp();
    own = await test.newShop();
    other = await test.newShop();
    const key = await test.app
      .get(ApiKeysService)
      .issue({ shop: own.shop, role: 'merchant', name: 'powerless', scopes: [] });
    powerless = key.secret;
  });
  afterAll(() => test.close());

  const call = (
    { method, path }: Operation,
    credentials?: string,
    shop: string = own.shop,
  ): Promise<Answer> => test.anonymous.as(credentials).call(method, fill(path, { shop }));

  it('every route says who may call it, and is in openapi.json', () => {
    const every = routeAccess(test.app);
    expect(every.filter(({ rule }) => rule === undefined)).toEqual([]);
    const routes = every.filter(({ rule }) => !isPage(rule));
    expect(routes).toHaveLength(all.length);
    const open = routes.filter(({ rule }) => rule?.kind === 'public');
    expect(open).toHaveLength(all.filter(({ demand }) => demand === undefined).length);
  });

  it('every page but the login, and what mails and providers lead to, is for operators who are logged in', () => {
    const open = routeAccess(test.app).filter(({ rule }) => isPage(rule) && rule?.kind === 'public');
    expect(open.map(({ handler }) => handler).sort()).toEqual(PUBLIC_PAGES);
  });

  it('only the operations listed here are public', () => {
    expect(
      all
        .filter(({ demand }) => demand === undefined)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(PUBLIC.sort());
  });

  it.each(named(closed))('%s refuses whoever brings no credentials', async (_name, operation) => {
    const answer = await call(operation);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it.each(named(closed))('%s refuses a key that does not exist', async (_name, operation) => {
    expectProblem(await call(operation, `ent_live_${'x'.repeat(43)}`), 401, 'unauthenticated');
  });

  it.each(named(closed))('%s refuses a key without scopes', async (_name, operation) => {
    expectProblem(
      await call(operation, powerless),
      403,
      forRole(operation) ? 'forbidden' : 'insufficient_scope',
    );
  });

  it.each(named(closed.filter(({ demand }) => demand === 'admin')))(
    '%s is for operators',
    async (_name, operation) => {
      expectProblem(await call(operation, own.apiKey), 403, 'forbidden');
    },
  );

  it.each(named(ofShop))("%s refuses another tenant's key", async (_name, operation) => {
    expectProblem(
      await call(operation, other.apiKey),
      403,
      forRole(operation) ? 'forbidden' : 'shop_forbidden',
    );
  });

  it.each(named(ofShop))(
    '%s tells a foreigner nothing of a shop that is not there',
    async (_name, operation) => {
      const refusal = await call(operation, other.apiKey, 'nobody.myshopify.com');
      expectProblem(refusal, 403, forRole(operation) ? 'forbidden' : 'shop_forbidden');
    },
  );

  it("tells nothing of another tenant's job", async () => {
    const { body } = await own.api.post(`/api/shops/${own.shop}/sitemaps`);
    expectProblem(await other.api.get(`/api/jobs/${body.jobId}`), 404, 'job_not_found');
    expectProblem(await other.api.get(`/api/jobs/${body.jobId}/events`), 404, 'job_not_found');
    await own.api.job(body.jobId);
  });
});

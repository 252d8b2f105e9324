import { Ajv2020 } from 'ajv/dist/2020.js';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { expectProblem } from '../support/problem.js';

const URL_ = 'https://hooks.example.com/in';

describe('webhook endpoints', () => {
  let test: TestApp;
  let own: TestShop;
  let base: string;

  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    own = await test.newShop();
    base = `/api/shops/${own.shop}/webhook-endpoints`;
  });

  it('are made with a secret that is shown once', async () => {
    const created = await own.api.post(base, { url: URL_, description: 'ERP' });
    expect(created.status).toBe(201);
    expect(created.body.secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(created.headers.get('location')).toBe(`${base}/${created.body.id}`);
    const { secret, ...endpoint } = created.body;
    expect(endpoint).toMatchObject({
      ...{ url: URL_, description: 'ERP', eventTypes: [], status: 'enabled', disabledReason: null },
      health: { failures: 0, failingSince: null, pausedUntil: null, lastSuccessAt: null },
      secrets: [{ expiresAt: null }],
    });
    const read = await own.api.get(`${base}/${endpoint.id}`);
    expect(read.body).toEqual(endpoint);
    expect((await own.api.get(base)).body).toMatchObject({ data: [endpoint], page: { total: 1 } });
    const stored = await test.db.collection('webhook_endpoints').findOne({ shop: own.shop });
    expect(JSON.stringify(stored)).not.toContain(secret.slice(6, 20));
  });

  it.each([
    ['ftp://hooks.example.com/', 'http or https'],
    ['hooks.example.com', 'http or https'],
    ['https://user:pass@hooks.example.com/', 'credentials'],
    ['https://hooks.example.com/#part', 'fragment'],
    ['http://127.0.0.1/', 'loopback'],
    ['http://127.1/', 'loopback'],
    ['http://2130706433/', 'loopback'],
    ['http://0x7f.1/', 'loopback'],
    ['http://0177.0.0.1/', 'loopback'],
    ['http://①②⑦.0.0.1/', 'loopback'],
    ['http://0/', 'unspecified'],
    ['http://localhost:3000/', 'loopback'],
    ['http://api.localhost./', 'loopback'],
    ['http://10.0.0.8/', 'private'],
    ['http://172.16.0.1/', 'private'],
    ['http://192.168.1.1/', 'private'],
    ['http://100.64.0.1/', 'carrierGradeNat'],
    ['http://169.254.169.254/latest/meta-data/', 'linkLocal'],
    ['http://[::1]/', 'loopback'],
    ['http://[fe80::1]/', 'linkLocal'],
    ['http://[fd00:ec2::254]/', 'uniqueLocal'],
    ['http://[::ffff:169.254.169.254]/', 'linkLocal'],
    ['http://[::ffff:7f00:1]/', 'loopback'],
    ['http://[64:ff9b::7f00:1]/', 'rfc6052'],
    ['http://[2002:7f00:1::]/', '6to4'],
  ])('refuse %s', async (url, why) => {
    const refused = await own.api.post(base, { url });
    expectProblem(refused, 400, 'validation_failed');
    expect(refused.body.errors[0]).toMatchObject({ field: 'url', message: expect.stringContaining(why) });
    const { body } = await own.api.post(base, { url: URL_ });
    expectProblem(await own.api.patch(`${base}/${body.id}`, { url }), 400, 'validation_failed');
  });

  it('are changed against the version last read, disabled and enabled', async () => {
    const { body } = await own.api.post(base, { url: URL_ });
    const path = `${base}/${body.id}`;
    const disabled = await own.api.patch(
      path,
      { status: 'disabled', eventTypes: ['webhook.test'] },
      { headers: { 'if-match': '"1"' } },
    );
    expect(disabled.body).toMatchObject({
      ...{ status: 'disabled', disabledReason: 'manual', eventTypes: ['webhook.test'], version: 2 },
    });
    expect(disabled.headers.get('etag')).toBe('"2"');
    const stale = await own.api.patch(path, { description: 'x' }, { headers: { 'if-match': '"1"' } });
    expectProblem(stale, 412, 'version_mismatch');
    expectProblem(await own.api.post(`${path}/test`), 409, 'webhook_endpoint_disabled');
    const enabled = await own.api.patch(path, { status: 'enabled' });
    expect(enabled.body).toMatchObject({ status: 'enabled', disabledReason: null, disabledAt: null });
    expectProblem(await own.api.patch(path, { eventTypes: ['no.such'] }), 400, 'validation_failed');
  });

  it('have two secrets while a rotation overlaps, and no third', async () => {
    const { body } = await own.api.post(base, { url: URL_ });
    const path = `${base}/${body.id}/rotate-secret`;
    const rotated = await own.api.post(path, { overlapSeconds: 3600 });
    expect(rotated.status).toBe(201);
    expect(rotated.body.secret).not.toBe(body.secret);
    expect(rotated.body.secrets).toMatchObject([{ expiresAt: null }, { expiresAt: expect.any(String) }]);
    expectProblem(await own.api.post(path, {}), 409, 'conflict');
    const leaked = await own.api.post(path, { overlapSeconds: 0 });
    expect(leaked.body.secrets).toMatchObject([{ expiresAt: null }]);
  });

  it('are twenty at most, however many are asked for at once', async () => {
    const answers = await Promise.all(Array.from({ length: 25 }, () => own.api.post(base, { url: URL_ })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    for (const refused of answers.filter(({ status }) => status !== 201))
      expectProblem(refused, 403, 'webhook_endpoint_limit_reached');
    await own.api.delete(`${base}/${answers.find(({ status }) => status === 201)!.body.id}`);
    expect((await own.api.post(base, { url: URL_ })).status).toBe(201);
  });

  it('are made once by a repeated request, with the same secret', async () => {
    const call = () => own.api.post(base, { url: URL_ }, { headers: { 'idempotency-key': 'one-endpoint' } });
    const [first, second] = [await call(), await call()];
    expect(second.body).toEqual(first.body);
    expect((await own.api.get(base)).body.page.total).toBe(1);
  });

  it('are nobody else’s', async () => {
    const { body } = await own.api.post(base, { url: URL_ });
    const other = await test.newShop();
    const theirs = `/api/shops/${other.shop}/webhook-endpoints/${body.id}`;
    expectProblem(await other.api.get(theirs), 404, 'webhook_endpoint_not_found');
    expectProblem(await other.api.patch(theirs, { url: URL_ }), 404, 'webhook_endpoint_not_found');
    expectProblem(await other.api.post(`${theirs}/rotate-secret`, {}), 404, 'webhook_endpoint_not_found');
    expectProblem(await other.api.post(`${theirs}/test`), 404, 'webhook_endpoint_not_found');
    expectProblem(await other.api.delete(theirs), 404, 'webhook_endpoint_not_found');
    expectProblem(await other.api.get(`${base}/${body.id}`), 403, 'shop_forbidden');
    expectProblem(await own.api.get(`${base}/nonsense`), 404, 'webhook_endpoint_not_found');
  });

  it('leave their changes in the audit log, without a secret', async () => {
    const { body } = await own.api.post(base, { url: URL_ });
    await own.api.patch(`${base}/${body.id}`, { description: 'new' });
    const rotated = await own.api.post(`${base}/${body.id}/rotate-secret`, {});
    await own.api.delete(`${base}/${body.id}`);
    const log = await own.api.get(`/api/shops/${own.shop}/audit-events?resourceId=${body.id}`);
    expect(log.body.data.map(({ action }: { action: string }) => action)).toEqual([
      ...['deleted', 'rotated', 'updated', 'created'],
    ]);
    expect(log.text).not.toContain('whsec_');
    for (const secret of [body.secret, rotated.body.secret]) expect(log.text).not.toContain(secret);
    expectProblem(await own.api.get(`${base}/${body.id}`), 404, 'webhook_endpoint_not_found');
  });

  it('can be sent types whose examples fit their schemas', async () => {
    const { body } = await own.api.get('/api/webhook-event-types');
    const ajv = new Ajv2020({ strict: true });
    (await import('ajv-formats')).default.default(ajv);
    expect(body.data.map(({ name }: { name: string }) => name)).toContain('webhook.test');
    for (const { name, schema, example } of body.data) {
      const fits = ajv.compile(schema);
      expect([name, fits(example), fits.errors]).toEqual([name, true, null]);
      expect([name, fits({})]).toEqual([name, false]);
    }
  });
});

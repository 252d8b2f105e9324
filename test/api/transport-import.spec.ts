import { Readable } from 'node:stream';
import { Types } from 'mongoose';
import { TransportImportService } from '../../src/modules/transport-orders/import/transport-import.service.js';
import { FilesService } from '../../src/platform/files/files.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { csvOf } from '../support/csv-catalogue.js';
import { newCarrier, newClient, transport, type Party } from '../support/logistics.js';
import { expectProblem } from '../support/problem.js';
import { nothingStored } from '../support/stored-files.js';
import { transportRow, transportsCsv } from '../support/transports-csv.js';

const PATH = '/api/transport-orders';

describe('the import of transport orders', () => {
  let test: TestApp;
  let client: Party;
  beforeAll(async () => {
    test = await startTestApp();
  });
  beforeEach(async () => {
    client = await newClient(test);
  });
  afterEach(() => nothingStored(test.db));
  afterAll(() => test.close());

  const started = async (csv: string, by = client) => {
    const { status, body, headers, text } = await by.api.upload(`${PATH}/import`, csv);
    if (status !== 202) throw new Error(text);
    expect(headers.get('location')).toBe(`/api/jobs/${body.jobId}`);
    return body.jobId as string;
  };
  const imported = async (csv: string, by = client) => {
    const job = await by.api.job(await started(csv, by));
    expect(job).toMatchObject({ name: 'transport-orders.import', state: 'completed', error: null });
    return job.result;
  };
  const orders = () => test.db.collection('transport_orders');
  const count = (by = client) => orders().countDocuments({ clientId: by.id });
  const order = async (reference: string, by = client) =>
    (await by.api.get(`${PATH}?reference=${reference}`)).body.data[0];

  it('makes of a row what the creation of one order makes, with its event and its audit entry', async () => {
    const via = (at: number, city: string) =>
      Object.fromEntries(
        Object.entries(transportRow())
          .filter(([name]) => name.startsWith('delivery.'))
          .map(([name, value]) => [
            name.replace('delivery', `via.${at}`),
            name.endsWith('.city') ? city : value,
          ]),
      );
    const row = transportRow({
      ...{ note: ' Ring, at "gate" 3 ', draft: 'TRUE', ...via(0, 'Rostock'), ...via(1, 'Schwerin') },
      ...{ 'goods.0.pallets': 2, 'goods.0.volumeMillilitres': 1_920_000, 'goods.0.adrClass': '3' },
      ...{ 'goods.1.description': 'Hangers', 'goods.1.weightGrams': 10 },
    });
    const blank = Object.fromEntries(Object.entries(row).map(([name]) => [name, '']));
    const few = { ...blank, ...transportRow() };
    expect(await imported(csvOf([row, blank, few]))).toEqual({
      created: 2,
      unchanged: 0,
      failed: 0,
      errors: [],
    });

    const made = await order(String(row['reference']));
    const { pickup, delivery } = transport(client.id) as { pickup: object; delivery: object };
    const { body: alike } = await client.api.post(PATH, {
      ...transport(client.id, { reference: 'by hand', note: 'Ring, at "gate" 3', draft: true }),
      ...{ pickup, delivery },
      via: [
        { ...delivery, city: 'Rostock', name: 'Dock Hamburg' },
        { ...delivery, city: 'Schwerin', name: 'Dock Hamburg' },
      ],
      goods: [
        {
          description: 'Garments',
          weightGrams: 420_000,
          volumeMillilitres: 1_920_000,
          pallets: 2,
          adrClass: '3',
        },
        { description: 'Hangers', weightGrams: 10 },
      ],
    });
    const { id: _id, reference: _reference, createdAt: _at, updatedAt: _to, history: _h, ...content } = alike;
    expect(made).toMatchObject(content);
    expect(await order(String(few['reference']))).toMatchObject({
      status: 'PENDING',
      via: [],
      goods: [{ pallets: 0 }],
    });

    const { body } = await client.api.get(`${PATH}/${made.id}`);
    expect(body.history).toEqual([
      expect.objectContaining({ status: 'DRAFT', by: expect.stringMatching(/^job:/) }),
    ]);
    const audit = await test.db.collection('audit_events').find({ resourceId: made.id }).toArray();
    expect(audit).toMatchObject([{ action: 'created', resource: 'transport_order', actor: { kind: 'job' } }]);
    const events = test.db.collection('events');
    expect(await events.findOne({ aggregate: `transport_order:${made.id}` })).toMatchObject({
      ...{ type: 'transport_order.status_changed', sequence: 1 },
      data: { status: 'DRAFT', previousStatus: null },
    });
  });

  it('tells each fault by line and column, and lands the rows that are right', async () => {
    const bad: [more: Record<string, string | number>, column: string, code: string][] = [
      [{ reference: '' }, 'reference', 'min_length'],
      [{ transportType: 'rocket' }, 'transportType', 'is_in'],
      [{ currency: 'XXZ' }, 'currency', 'currency'],
      [{ 'pickup.city': '' }, 'pickup.city', 'min_length'],
      [{ 'pickup.country': 'XX' }, 'pickup.country', 'inconsistent'],
      [{ 'pickup.longitude': '13,405' }, 'pickup.longitude', 'is_position'],
      [{ 'delivery.latitude': 99 }, 'delivery.latitude', 'is_position'],
      [{ 'delivery.longitude': 53.5511, 'delivery.latitude': 9.9937 }, 'delivery.longitude', 'inconsistent'],
      [{ 'pickup.windowFrom': '01.12.2026 08:00' }, 'pickup.windowFrom', 'is_date'],
      [{ 'delivery.windowTo': '2026-12-02T07:00:00Z' }, 'delivery.windowTo', 'inconsistent'],
      [{ 'goods.0.weightGrams': 0 }, 'goods.0.weightGrams', 'min'],
      [{ 'goods.0.weightGrams': '1e5' }, 'goods.0.weightGrams', 'is_int'],
      [{ 'goods.0.pallets': -1 }, 'goods.0.pallets', 'min'],
    ];
    // a good row after each: its line tells that the counting is right, also behind a line break in quotes
    const rows = bad.flatMap(([more]) => [transportRow(more), transportRow({ note: 'two\nlines' })]);
    const result = await imported(csvOf(rows));
    expect(result).toMatchObject({ created: bad.length, unchanged: 0, failed: bad.length });
    expect(result.errors.map(({ line, column, code }: any) => [line, column, code])).toEqual(
      bad.map(([, column, code], at) => [2 + 3 * at, column, code]),
    );
    expect(result.errors[1]).toMatchObject({ reference: rows[2]!['reference'], message: expect.any(String) });
    expect(await count()).toBe(bad.length);

    const [header = '', good = ''] = transportsCsv([{}]).split('\n');
    const broken = [header, 'SHIP,ltl', 'SHIP,"l"tl,', good].join('\n');
    expect((await imported(broken)).errors).toMatchObject([
      { line: 2, code: 'column_count' },
      { line: 3, code: 'broken_quoting' },
    ]);
  });

  it('counts every fault and reports the first thousand', async () => {
    const csv = transportsCsv(Array.from({ length: 1_010 }, () => ({ currency: 'eur' })));
    const { failed, errors } = await imported(csv);
    expect({ failed, told: errors.length, last: errors.at(-1).line }).toEqual({
      failed: 1_010,
      told: 1_000,
      last: 1_001,
    });
  });

  it('changes nothing when it comes again, and refuses another content under a reference', async () => {
    const rows = Array.from({ length: 250 }, () => transportRow());
    expect(await imported(csvOf(rows))).toMatchObject({ created: 250, unchanged: 0, failed: 0 });
    const [first = {}, second = {}] = rows;
    const { id } = await order(String(first['reference']));
    await client.api.post(`${PATH}/${id}/status`, { status: 'CANCELLED' });
    const changed = { ...second, note: 'another' };
    // the same reference twice in a file: the second row is held against the first
    const fresh = transportRow();
    const again = [first, changed, ...rows.slice(2), fresh, fresh, { ...fresh, note: 'another' }];
    const result = await imported(csvOf(again));
    expect(result).toMatchObject({ created: 1, unchanged: 250, failed: 2 });
    expect(result.errors).toMatchObject([
      { line: 3, column: 'reference', reference: second['reference'], code: 'duplicate_reference' },
      { line: 254, column: 'reference', reference: fresh['reference'], code: 'duplicate_reference' },
    ]);
    expect(await order(String(second['reference']))).toMatchObject({ note: '', version: 1 });
    expect(await order(String(first['reference']))).toMatchObject({ status: 'CANCELLED', version: 2 });
    expect(await count()).toBe(251);
  });

  it('is of one client: others keep theirs, see nothing of it, and may not import for it', async () => {
    const [other, carrier] = [await newClient(test), await newCarrier(test)];
    const row = transportRow();
    expect(await imported(csvOf([{ ...row, note: 'of the other' }]), other)).toMatchObject({ created: 1 });
    const jobId = await started(csvOf([row]));
    expect((await client.api.job(jobId)).result).toMatchObject({ created: 1, failed: 0 });
    expect(await order(String(row['reference']), other)).toMatchObject({ note: 'of the other', version: 1 });
    expectProblem(await other.api.get(`/api/jobs/${jobId}`), 404, 'job_not_found');
    expect((await other.api.get('/api/jobs')).body.data).toHaveLength(1);
    const csv = csvOf([transportRow()]);
    for (const by of [other, carrier])
      expectProblem(
        await by.api.upload(`${PATH}/import?clientId=${client.id}`, csv),
        403,
        'organisation_forbidden',
      );
    expectProblem(await carrier.api.upload(`${PATH}/import`, csv), 400, 'validation_failed');
    expectProblem(await test.anonymous.upload(`${PATH}/import`, csv), 401, 'unauthenticated');
    expect(await count()).toBe(1);

    // an operator names the client
    expectProblem(await test.admin.upload(`${PATH}/import`, csv), 400, 'validation_failed');
    const nobody = `${PATH}/import?clientId=${String(new Types.ObjectId())}`;
    expectProblem(await test.admin.upload(nobody, csv), 404, 'organisation_not_found');
    const { body } = await test.admin.upload(`${PATH}/import?clientId=${client.id}`, csv);
    expect((await test.admin.job(body.jobId)).result).toMatchObject({ created: 1 });
    expect(await count()).toBe(2);
  });

  it('takes a shop for a client, and the CSV as the body', async () => {
    const { shop, api } = await test.newShop();
    const headers = { 'content-type': 'text/csv' };
    const { status, body } = await api.call('POST', `${PATH}/import`, {
      body: transportsCsv([{}, {}]),
      headers,
    });
    expect(status).toBe(202);
    expect((await api.job(body.jobId)).result).toMatchObject({ created: 2 });
    expect(await orders().countDocuments({ clientId: shop })).toBe(2);
  });

  /** Runs a job's work on a file as a worker does, past the queue. */
  const runner = async (csv: string) => {
    const payload = { clientId: client.id, fileId: '' };
    const file = { name: 'orders.csv', contentType: 'text/csv', purpose: 'import' };
    payload.fileId = await test.app
      .get(FilesService)
      .store(client.id, file, Readable.from([Buffer.from(csv)]));
    const service = test.app.get(TransportImportService);
    return {
      run: (id: string, progress = () => {}, signal = new AbortController().signal) =>
        service.run({ id, payload, attempt: 1, signal, progress }),
      end: () => service.cleanUp(payload),
    };
  };

  it('goes on where it was cut off: each row once, and the result is that of the whole', async () => {
    // more than one chunk of the file store
    const rows = Array.from({ length: 1_500 }, () => transportRow());
    const { run, end } = await runner(csvOf(rows));
    const [id, dying] = [String(new Types.ObjectId()), new AbortController()];
    const die = () => {
      dying.abort(new Error('killed'));
    };
    await expect(run(id, die, dying.signal)).rejects.toThrow('killed');
    const landed = await count();
    expect(landed).toBeGreaterThan(0);
    expect(landed).toBeLessThan(rows.length);
    // what the client does in between does not make a row another's
    const { id: changed } = await order(String(rows[0]!['reference']));
    const patched = await client.api.patch(`${PATH}/${changed}`, { reference: 'renamed', note: 'by hand' });
    expect(patched.status).toBe(200);
    expect(await run(id)).toEqual({ created: rows.length, unchanged: 0, failed: 0, errors: [] });
    expect(await count()).toBe(rows.length);
    expect(await orders().distinct('version', { clientId: client.id })).toEqual([1, 2]);
    await end();
  });

  it('makes an order once, though two imports of a file run at the same time', async () => {
    const { run, end } = await runner(transportsCsv(Array.from({ length: 300 }, () => ({}))));
    const results = await Promise.all([1, 2, 3].map(() => run(String(new Types.ObjectId()))));
    const sum = (field: 'created' | 'unchanged' | 'failed') =>
      results.reduce((total, result) => total + result[field], 0);
    expect([sum('created'), sum('unchanged'), sum('failed')]).toEqual([300, 600, 0]);
    expect(await count()).toBe(300);
    await end();
  });

  it('refuses a file that is none of transport orders, and keeps nothing of it', async () => {
    const good = transportRow();
    const { 'pickup.city': _city, ...lacking } = good;
    const files: [csv: string, status: number, code: string, detail: RegExp][] = [
      ['', 422, 'csv_empty', /empty/],
      ['Handle,Title\na,A\n', 422, 'csv_columns', /reference, transportType/],
      [csvOf([lacking]), 422, 'csv_columns', /missing: pickup\.city/],
      [csvOf([{ ...good, 'pickup.town': 'x' }]), 422, 'csv_columns', /pickup\.town/],
      [csvOf([good]).replace('note', ' REFERENCE '), 422, 'csv_columns', /twice/],
      [csvOf([good]).replaceAll(',', ';'), 422, 'csv_columns', /semicolons/],
      [JSON.stringify([good]), 422, 'csv_not_csv', /JSON/],
    ];
    for (const [csv, status, code, detail] of files) {
      const answer = await client.api.upload(`${PATH}/import`, csv);
      expectProblem(answer, status, code);
      expect(answer.body.detail).toMatch(detail);
    }
    expect(await test.db.collection('jobs').countDocuments({ shop: client.id })).toBe(0);
  });
});

import { createHash } from 'node:crypto';
import { Types } from 'mongoose';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/client.js';
import { deliveryNote, NOTE, pngOf, scannedPdf, textPdf, type Bytes } from '../support/documents.js';
import { eventually } from '../support/eventually.js';
import { newCarrier, newClient, newMember, transport, type Party } from '../support/logistics.js';
import { expectProblem } from '../support/problem.js';
import { NOTHING_STORED, nothingStored, storedFiles } from '../support/stored-files.js';

const MAX_BYTES = 300_000;

describe('documents', () => {
  let test: TestApp;
  let client: Party;
  let carrier: Party;
  let other: Party;
  beforeAll(async () => {
    test = await startTestApp({ DOCUMENT_MAX_BYTES: String(MAX_BYTES), OCR_TIMEOUT_MS: '300000' });
    client = await newClient(test);
    carrier = await newCarrier(test);
    other = await newCarrier(test, { perKg: '20' });
  });
  afterAll(() => test.close());
  afterEach(async () => {
    const { body } = await test.admin.get('/api/documents?limit=250');
    for (const { id } of body.data) await test.admin.delete(`/api/documents/${id}`);
    await nothingStored(test.db);
  });

  /** An order that the carrier has; where its documents go. */
  async function orderOf(party = carrier): Promise<string> {
    const { headers } = await client.api.post('/api/transport-orders', transport(client.id));
    const path = headers.get('location') ?? '';
    expect((await client.api.post(`${path}/assign`, { carrierId: party.id })).status).toBe(200);
    return `${path}/documents`;
  }
  const upload = (path: string, bytes: Bytes, name = 'note.png', by = carrier): Promise<Answer> =>
    by.api.upload(path, bytes, name);
  const made = async (path: string, bytes: Bytes, name?: string): Promise<Answer['body']> => {
    const { status, body, text } = await upload(path, bytes, name);
    if (status !== 201) throw new Error(text);
    return body;
  };
  /** The document once it was looked at. */
  const read = (id: string): Promise<Answer['body']> =>
    eventually(async () => {
      const { body } = await carrier.api.get(`/api/documents/${id}`);
      expect(body.reading.state).not.toBe('pending');
      return body;
    }, 120_000);
  const found = async (party: Party, search: string): Promise<string[]> => {
    const { status, body, text } = await party.api.get(`/api/documents?search=${encodeURIComponent(search)}`);
    if (status !== 200) throw new Error(text);
    return body.data.map(({ id }: { id: string }) => id);
  };

  it('are uploaded by the carrier, read by a job, and found by what they say', async () => {
    const path = await orderOf();
    const bytes = deliveryNote();
    const answer = await upload(path, bytes, '../Ablieferung 4.png');
    expect(answer.status).toBe(201);
    const { id } = answer.body;
    expect(answer.headers.get('location')).toBe(`/api/documents/${id}`);
    expect(answer.body).toMatchObject({
      ...{ clientId: client.id, carrierId: carrier.id, kind: 'proof_of_delivery', version: 1 },
      ...{
        name: 'Ablieferung 4.png',
        mediaType: 'image/png',
        bytes: bytes.length,
        width: 700,
        height: 260,
      },
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const after = await read(id);
    expect(after.reading).toEqual({ state: 'read', method: 'ocr', pages: 1, pagesRead: 1, fault: null });
    expect(after).toMatchObject({ text: expect.stringMatching(NOTE), version: 2 });
    for (const search of ['lovelace', 'ADA note', 'empfanger', 'ablieferung'])
      expect([search, await found(client, search), await found(carrier, search)]).toEqual([
        search,
        [id],
        [id],
      ]);
    expect(await found(client, 'lovelace babbage')).toEqual([]);
    expect(await found(client, '…')).toEqual([]);
    expect(await found(other, 'lovelace')).toEqual([]);
    const { body } = await client.api.get(`/api/documents?transportOrderId=${after.transportOrderId}`);
    expect(body.data).toEqual([expect.objectContaining({ id })]);
    expect(body.data[0]).not.toHaveProperty('text');
    const audit = await test.admin.get(`/api/admin/audit-events?resource=document&resourceId=${id}`);
    expect(audit.body.data.map(({ action }: { action: string }) => action)).toEqual(['updated', 'created']);
    expect(audit.text).not.toMatch(/Lovelace/);
  });

  it('are told by their content, whatever they are called', async () => {
    const path = await orderOf();
    const files: [Bytes, string, string][] = [
      [deliveryNote('jpg'), 'image/jpeg', 'ocr'],
      [deliveryNote('webp'), 'image/webp', 'ocr'],
      [await textPdf('Signed by Charles Babbage'), 'application/pdf', 'text_layer'],
      [await scannedPdf(), 'application/pdf', 'ocr'],
    ];
    for (const [bytes, mediaType, method] of files) {
      const { id } = await made(path, bytes, 'page.html');
      expect(await read(id)).toMatchObject({
        ...{ name: 'page.html', mediaType, reading: { state: 'read', method } },
        text: expect.stringMatching(/Lovelace|Babbage/),
      });
    }
  });

  it('are given back as they came, to be saved and not shown', async () => {
    const path = await orderOf();
    const bytes = deliveryNote('jpg');
    const { id } = await made(path, bytes, 'Übergabe.jpg');
    const content = `${test.baseUrl}/api/documents/${id}/content`;
    const get = (headers = {}, by = client): Promise<Response> =>
      fetch(content, { headers: { authorization: `Bearer ${by.accessToken}`, ...headers } });
    const whole = await get();
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      ...{ 'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff', 'accept-ranges': 'bytes' },
      'content-disposition': expect.stringMatching(
        /^attachment; filename=".*"; filename\*=UTF-8''%C3%9Cbergabe\.jpg$/,
      ),
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'private, no-cache',
    });
    const etag = whole.headers.get('etag') ?? '';
    expect((await get({ 'if-none-match': etag })).status).toBe(304);
    const part = await get({ range: 'bytes=100-199', 'if-range': etag });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100-199/${bytes.length}`]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(100, 200));
    const last = await get({ range: 'bytes=-10' });
    expect(new Uint8Array(await last.arrayBuffer())).toEqual(bytes.slice(-10));
    for (const range of ['bytes=999999999-', 'bytes=0-1,5-6', 'lines=1-2', 'bytes=x']) {
      const answer = await get({ range });
      expect([range, answer.status]).toEqual([range, 200]);
      await answer.arrayBuffer();
    }
    const stale = await get({ range: 'bytes=0-1', 'if-range': '"other"' });
    expect(stale.status).toBe(200);
    await stale.arrayBuffer();
    expect((await get({}, other)).status).toBe(404);
  });

  it('are removed with their file by who uploaded them', async () => {
    const { id } = await made(await orderOf(), deliveryNote());
    const path = `/api/documents/${id}`;
    expectProblem(await client.api.delete(path), 403, 'organisation_forbidden');
    expectProblem(await other.api.delete(path), 404, 'document_not_found');
    expectProblem(await other.api.get(path), 404, 'document_not_found');
    expect((await carrier.api.delete(path)).status).toBe(204);
    expectProblem(await carrier.api.get(path), 404, 'document_not_found');
    expect(await storedFiles(test.db)).toEqual(NOTHING_STORED);
  });

  it('are uploaded by the carrier of the order only', async () => {
    const path = await orderOf();
    const bytes = deliveryNote();
    expectProblem(await upload(path, bytes, 'x', client), 403, 'organisation_forbidden');
    expectProblem(await upload(path, bytes, 'x', other), 404, 'transport_order_not_found');
    const open = await client.api.post('/api/transport-orders', transport(client.id));
    const nobodys = `${open.headers.get('location')}/documents`;
    expectProblem(await test.admin.upload(nobodys, bytes), 403, 'organisation_forbidden');
    const colleague = { id: carrier.id, ...(await newMember(test, 'carrier', carrier.id)) };
    expect((await upload(path, bytes, 'x', colleague)).status).toBe(201);
  });

  it.each([
    ['HTML that is called a PNG', new TextEncoder().encode('<html><script>alert(1)</script>'), 422],
    ['an SVG', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), 422],
    ['a ZIP', new Uint8Array([0x50, 0x4b, 3, 4, ...new Uint8Array(100)]), 422],
    ['a picture of 60 000 × 60 000 pixels', pngOf(60_000, 60_000), 422],
    ['a picture of no pixels', pngOf(0, 100), 422],
    ['an empty file', new Uint8Array(), 400],
    ['a file that is too large', new Uint8Array([...deliveryNote(), ...new Uint8Array(MAX_BYTES)]), 413],
  ])('are refused: %s', async (_what, bytes, status) => {
    const codes = { 400: 'document_missing', 413: 'payload_too_large', 422: 'document_rejected' };
    const answer = await upload(await orderOf(), bytes);
    expectProblem(answer, status, codes[status as keyof typeof codes]);
    expect(await storedFiles(test.db)).toEqual(NOTHING_STORED);
  });

  it('are refused without a form, or without a file in it', async () => {
    const path = await orderOf();
    expectProblem(await carrier.api.post(path, {}), 415, 'unsupported_media_type');
    const form = new FormData();
    form.set('note', 'no file');
    expectProblem(await carrier.api.call('POST', path, { body: form }), 400, 'document_missing');
  });

  it('that are poisoned do no harm to those after them', async () => {
    const path = await orderOf();
    const cut = await made(path, deliveryNote().slice(0, 4_500), 'cut.png');
    const broken = await made(path, new TextEncoder().encode(`%PDF-1.7\n${'1 0 obj <<'.repeat(900)}`));
    const good = await made(path, deliveryNote('webp'));
    for (const { id } of [cut, broken])
      expect(await read(id)).toMatchObject({ text: '', reading: { state: 'failed', fault: 'unreadable' } });
    expect(await read(good.id)).toMatchObject({ text: expect.stringMatching(NOTE) });
    expect((await client.api.get(`/api/documents/${cut.id}/content`)).status).toBe(200);
    expect((await test.admin.get('/api/admin/dead-letters?queue=documents')).body.data).toEqual([]);
  });

  it('come once of a request that is repeated, with one file', async () => {
    const path = await orderOf();
    const send = (): Promise<Answer> => {
      const form = new FormData();
      form.set('file', new Blob([deliveryNote()]), 'note.png');
      return carrier.api.call('POST', path, { body: form, headers: { 'idempotency-key': 'pod-1' } });
    };
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id]);
    expect((await storedFiles(test.db)).files).toBe(1);
  });

  it('are as many of an order as there may be', async () => {
    const path = await orderOf();
    const { id } = await made(path, deliveryNote());
    const { _id, ...document } = (await test.db
      .collection('documents')
      .findOne({ _id: new Types.ObjectId(id) }))!;
    const copies = Array.from({ length: 49 }, () => ({ ...document, fileId: String(new Types.ObjectId()) }));
    await test.db.collection('documents').insertMany(copies);
    expectProblem(await upload(path, deliveryNote()), 409, 'document_limit_reached');
    const pages: string[] = [];
    for (let query = '?limit=20'; query;) {
      const { body } = await client.api.get(`/api/documents${query}`);
      pages.push(...body.data.map((one: { id: string }) => one.id));
      query = body.page.nextCursor ? `?limit=20&cursor=${body.page.nextCursor}` : '';
    }
    expect(new Set(pages).size).toBe(50);
  });
});

import { gzipSync } from 'node:zlib';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { exportCsv, importCsv, simpleCsv } from '../support/csv-catalogue.js';
import { expectProblem } from '../support/problem.js';
import { brokenUpload, slowUpload } from '../support/slow-upload.js';
import { nothingStored } from '../support/stored-files.js';

const MAX_BYTES = 2_000_000;
const HEADER = 'Handle,Title,Variant Price\n';
const GOOD = `${HEADER}a,A,1.00\n`;
const zip = Buffer.concat([Buffer.from('504b0304140000000800', 'hex'), Buffer.alloc(300, 7)]);
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

/** What people upload by mistake, and the code that tells them which mistake. */
const BAD: [name: string, content: string | Buffer, status: number, code: string][] = [
  ['nothing', '', 422, 'csv_empty'],
  ['a byte order mark alone', '\uFEFF', 422, 'csv_empty'],
  ['blank lines', '\r\n \n\n', 422, 'csv_empty'],
  [
    'UTF-16 with byte order mark',
    Buffer.concat([Buffer.from('fffe', 'hex'), utf16(GOOD)]),
    422,
    'csv_encoding',
  ],
  ['UTF-16 without byte order mark', utf16(GOOD), 422, 'csv_encoding'],
  ['Latin-1', Buffer.from(`${HEADER}a,Größe,1.00\n`, 'latin1'), 422, 'csv_encoding'],
  ['a page of HTML', '<!DOCTYPE html><html><body>Sign in</body></html>', 422, 'csv_not_csv'],
  ['XML', '<?xml version="1.0"?><products/>', 422, 'csv_not_csv'],
  ['an Excel workbook', zip, 422, 'csv_not_csv'],
  [
    'an old Excel workbook',
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(512)]),
    422,
    'csv_not_csv',
  ],
  ['a PDF', '%PDF-1.7\n%âãÏÓ\n', 422, 'csv_not_csv'],
  ['a gzipped CSV', gzipSync(GOOD), 422, 'csv_not_csv'],
  ['JSON', '{"products":[{"handle":"a"}]}', 422, 'csv_not_csv'],
  ['a JSON array', '[{"handle":"a"}]', 422, 'csv_not_csv'],
  ['NUL bytes inside', `${HEADER}a,A\0,1.00\n`, 422, 'csv_not_csv'],
  ['one endless line', 'x'.repeat(100_000), 422, 'csv_not_csv'],
  ['a quote that is never closed', `${HEADER}a,"A,1.00\nb,B,2.00\n`, 422, 'csv_malformed'],
  ['semicolons', 'Handle;Title;Variant Price\na;A;1,00\n', 422, 'csv_columns'],
  ['tabs', 'Handle\tTitle\na\tA\n', 422, 'csv_columns'],
  ['no handle column', 'Title,Variant Price\nA,1.00\n', 422, 'csv_columns'],
  ['a column twice', 'Handle,Title,Title\na,A,B\n', 422, 'csv_columns'],
  ['another kind of CSV', 'date,amount\n2026-01-01,5\n', 422, 'csv_columns'],
  ['too many bytes', HEADER + 'a,A,1.00\n'.repeat(MAX_BYTES / 9 + 1), 413, 'csv_too_large'],
];

describe('refused uploads', () => {
  let test: TestApp;
  let own: TestShop;
  let path: string;
  beforeAll(async () => {
    test = await startTestApp({ IMPORT_MAX_BYTES: String(MAX_BYTES) });
    own = await test.newShop();
    path = `/api/shops/${own.shop}/products/import`;
  });
  beforeEach(() => {
    test.logs.length = 0;
  });
  /** A refused upload leaves no file, no chunk, no job, no product, and a process that takes the next one. */
  afterEach(async () => {
    await nothingStored(test.db);
    expect(await test.db.collection('products').countDocuments({ shop: own.shop })).toBe(0);
    expect(await test.db.collection('jobs').countDocuments({ shop: own.shop })).toBe(0);
    expect((await test.anonymous.get('/health/ready')).status).toBe(200);
    expect(test.logs.filter(({ level, status }) => level === 'error' && !(Number(status) < 500))).toEqual([]);
  });
  afterAll(() => test.close());

  const bare = (body: string | Uint8Array<ArrayBuffer>, type = 'text/csv') =>
    own.api.call('POST', path, { body, headers: { 'content-type': type } });

  it.each(BAD)('refuses %s, as a form and as a bare body', async (_, content, status, code) => {
    const bytes = new Uint8Array(Buffer.from(content));
    expectProblem(await own.api.upload(path, bytes), status, code);
    expectProblem(await bare(bytes), status, code);
  });

  it('says what is wrong in words', async () => {
    const detail = async (content: string | Buffer) =>
      (await bare(new Uint8Array(Buffer.from(content)))).body.detail;
    expect(await detail('Handle;Title\na;A\n')).toMatch(/semicolons/);
    expect(await detail(zip)).toMatch(/Excel/);
    expect(await detail(`${HEADER}a,"A,1.00\n`)).toMatch(/line 2/);
    expect(await detail(Buffer.from(`${HEADER}a,Größe,1\n`, 'latin1'))).toMatch(/UTF-8/);
  });

  it('refuses a form without a file', async () => {
    const form = new FormData();
    form.set('note', 'no file here');
    expectProblem(await own.api.call('POST', path, { body: form }), 400, 'csv_missing');
    expectProblem(await own.api.call('POST', path, { body: new FormData() }), 400, 'csv_missing');
  });

  it('refuses forms that cannot be read', async () => {
    const type = 'multipart/form-data; boundary=x';
    expectProblem(await bare('--x\r\nContent-Disp', type), 400, 'malformed_request');
    expectProblem(await bare('no boundary at all', 'multipart/form-data'), 400, 'malformed_request');
    const cut = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${GOOD}`;
    expectProblem(await bare(cut, type), 400, 'malformed_request');
  });

  it('refuses other media types', async () => {
    expectProblem(await own.api.post(path, { csv: GOOD }), 415, 'unsupported_media_type');
    expectProblem(await bare(GOOD, 'text/plain'), 415, 'unsupported_media_type');
    expectProblem(await bare(GOOD, 'application/octet-stream'), 415, 'unsupported_media_type');
    expectProblem(await own.api.call('POST', path), 415, 'unsupported_media_type');
  });

  it('refuses 200 MB by the length they are announced with, before reading them', async () => {
    for (const type of ['text/csv', 'multipart/form-data; boundary=x']) {
      const { status, body, sent } = await slowUpload({
        url: test.baseUrl + path,
        credentials: own.apiKey,
        headers: { 'content-type': type, 'content-length': 200_000_000 },
        body: chunks(200_000_000),
      });
      expect([status, body.code]).toEqual([413, 'csv_too_large']);
      expect(sent).toBeLessThan(20_000_000); // what fits into the buffers between the two
    }
  });

  it('refuses a body of unknown length as soon as it is too long', async () => {
    const { status, body, sent } = await slowUpload({
      url: test.baseUrl + path,
      credentials: own.apiKey,
      headers: { 'content-type': 'text/csv', 'transfer-encoding': 'chunked' },
      body: chunks(200_000_000),
    });
    expect([status, body.code]).toEqual([413, 'csv_too_large']);
    expect(sent).toBeLessThan(20_000_000);
  });

  it('refuses a bad head at once, whatever is still to come', async () => {
    const { status, body, sent } = await slowUpload({
      url: test.baseUrl + path,
      credentials: own.apiKey,
      headers: { 'content-type': 'text/csv', 'transfer-encoding': 'chunked' },
      body: chunks(200_000_000, Buffer.from('<html>\n')),
    });
    expect([status, body.code]).toEqual([422, 'csv_not_csv']);
    expect(sent).toBeLessThan(20_000_000);
  });

  it.each([
    ['bare', 'text/csv', HEADER],
    [
      'form',
      'multipart/form-data; boundary=x',
      `--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${HEADER}`,
    ],
  ])('keeps nothing of an upload whose client disappears half way: %s', async (_, type, head) => {
    await brokenUpload({
      url: test.baseUrl + path,
      credentials: own.apiKey,
      headers: { 'content-type': type, 'content-length': 1_900_000 },
      body: chunks(1_000_000, Buffer.from(head)),
    });
  });

  it('takes the next upload as if nothing had been', async () => {
    const other = await test.newShop();
    expect((await importCsv(other, simpleCsv(['a', 'b']))).result).toMatchObject({ created: 2, failed: 0 });
    expect((await exportCsv(other)).trimEnd().split('\n')).toHaveLength(3);
  });
});

/** A product CSV of that many bytes, or that head and then rows. */
function* chunks(bytes: number, head = Buffer.from(HEADER)): Generator<Buffer> {
  yield head;
  const rows = Buffer.from('a-product,A product of ours,10.00\n'.repeat(2_000));
  for (let sent = head.length; sent < bytes; sent += rows.length) yield rows;
}

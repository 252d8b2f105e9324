import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { simpleCsv } from '../support/csv-catalogue.js';
import { Service } from '../support/process.js';
import { slowUpload } from '../support/slow-upload.js';
import { nothingStored } from '../support/stored-files.js';

const MB = 1_000_000;
/** What Node may take for its own purposes while the file passes; the file is larger. */
const ROOM_MB = 120;

/** The default limit of 190 MB, met by a process as it is deployed. */
describe('an upload of 200 MB', () => {
  let test: TestApp;
  let service: Service;
  let own: TestShop;
  beforeAll(async () => {
    test = await startTestApp({ ROLE: 'api' });
    own = await test.newShop();
    service = await Service.start({ ...test.env, ROLE: 'api' });
  });
  afterEach(() => nothingStored(test.db));
  afterAll(async () => {
    await service.kill('SIGTERM');
    await test.close();
  });

  const upload = (headers: Record<string, string | number>) =>
    slowUpload({
      url: `${service.api.baseUrl}/api/shops/${own.shop}/products/import`,
      credentials: own.apiKey,
      headers: { 'content-type': 'text/csv', ...headers },
      body: file(200 * MB),
    });

  it('is refused before it is read when it tells its length', async () => {
    const { status, body, sent } = await upload({ 'content-length': 200 * MB });
    expect([status, body.code]).toEqual([413, 'csv_too_large']);
    expect(sent).toBeLessThan(20 * MB);
  });

  it('is refused in words that a client reads which sends on and looks for the answer later', async () => {
    const { hostname, port } = new URL(service.api.baseUrl);
    const socket = connect({ host: hostname, port: Number(port) });
    const faults: Error[] = [];
    socket.on('error', (error) => faults.push(error));
    socket.write(
      `POST /api/shops/${own.shop}/products/import HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${own.apiKey}\r\n` +
        `content-type: text/csv\r\ncontent-length: ${200 * MB}\r\n\r\n`,
    );
    for (const part of file(30 * MB)) if (!socket.write(part)) await once(socket, 'drain');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 [^]+"code":"csv_too_large"/);
    await once(socket, 'close');
    expect(faults).toEqual([]);
  });

  it('is refused at the limit when it does not, and passes through without being held', async () => {
    const before = residentMb('VmRSS');
    const { status, body, sent } = await upload({ 'transfer-encoding': 'chunked' });
    expect([status, body.code]).toEqual([413, 'csv_too_large']);
    expect(sent).toBeGreaterThanOrEqual(190 * MB);
    if (process.platform === 'linux') expect(residentMb('VmHWM') - before).toBeLessThan(ROOM_MB);
    const next = await service.api
      .as(own.apiKey)
      .upload(`/api/shops/${own.shop}/products/import`, simpleCsv(['a']));
    expect(next.status).toBe(202);
    await test.db.collection('files.files').deleteMany({});
    await test.db.collection('files.chunks').deleteMany({});
  }, 120_000);

  /** Resident memory of the process now, or its highest, as the kernel counts it. */
  function residentMb(field: 'VmRSS' | 'VmHWM'): number {
    if (process.platform !== 'linux') return NaN;
    const status = readFileSync(`/proc/${service.child.pid ?? 0}/status`, 'utf8');
    return (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1_024) / MB;
  }
});

/** A product CSV of that many bytes, rows of many products. */
function* file(bytes: number): Generator<Buffer> {
  let sent = 0;
  const part = (text: string) => {
    const buffer = Buffer.from(text).subarray(0, bytes - sent);
    sent += buffer.length;
    return buffer;
  };
  yield part('Handle,Title,Body (HTML),Variant Price\n');
  for (let n = 0; sent < bytes; n++) {
    const rows = Array.from(
      { length: 500 },
      (_, i) => `p-${n}-${i},Product ${n} ${i},${'A text of ours. '.repeat(8)},10.00\n`,
    );
    yield part(rows.join(''));
  }
}

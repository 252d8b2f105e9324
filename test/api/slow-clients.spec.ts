import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startTestApp, type TestApp, type TestShop } from '../support/app.js';
import { addProducts } from '../support/catalogue.js';
import { eventually } from '../support/eventually.js';

/** What comes back until the server ends the connection. */
function untilEnded(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket
      .on('error', () => undefined)
      .on('close', () => {
        resolve(text);
      });
  });
}

describe('slow clients', () => {
  let test: TestApp;
  let own: TestShop;
  let path: string;
  beforeAll(async () => {
    test = await startTestApp({ REQUEST_TIMEOUT_MS: '1000', IDLE_TIMEOUT_MS: '3000' });
    own = await test.newShop();
    path = `/api/shops/${own.shop}/products`;
  });
  afterAll(() => test.close());

  /** Sends the beginning, then a byte now and then, as slowloris does; the answer when it is cut off. */
  async function drip(beginning: string): Promise<{ head: string; body: string }> {
    const { hostname, port } = new URL(test.baseUrl);
    const socket = connect(Number(port), hostname, () => socket.write(beginning));
    const timer = setInterval(() => socket.write('a'), 200);
    const [head = '', body = ''] = (await untilEnded(socket)).split('\r\n\r\n');
    clearInterval(timer);
    return { head, body };
  }

  it('a head that does not end is cut off', async () => {
    const { head, body } = await drip('GET /api/plans HTTP/1.1\r\nHost: x\r\nX-A: ');
    expect(head).toMatch(/^HTTP\/1\.1 408 /);
    expect(JSON.parse(body)).toMatchObject({ status: 408, code: 'request_timeout' });
  });

  it('a body that does not end is cut off, and nothing comes of it', async () => {
    const { head, body } = await drip(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${own.apiKey}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"title":"x',
    );
    expect(head).toMatch(/^HTTP\/1\.1 408 /);
    expect(JSON.parse(body)).toMatchObject({ status: 408, code: 'request_timeout' });
    expect((await own.api.get(path)).body.data).toEqual([]);
  });

  it('a body on a route that takes none is no way around it', async () => {
    const { head } = await drip(
      `POST /api/plans HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 100000\r\n\r\na`,
    );
    expect(head).toMatch(/^HTTP\/1\.1 415 /);
  });

  it('a file may take longer', async () => {
    const { hostname, port } = new URL(test.baseUrl);
    const csv = 'Handle,Title\nlamp,Lamp\n';
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST ${path}/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${own.apiKey}\r\nConnection: close\r\n` +
        `Content-Type: text/csv\r\nContent-Length: ${csv.length}\r\n\r\n`,
    );
    // a drip takes twice the time that other bodies have
    const bytes = csv[Symbol.iterator]();
    const timer = setInterval(() => {
      const { value, done } = bytes.next();
      if (!done) socket.write(value);
    }, 100);
    const answer = await untilEnded(socket);
    clearInterval(timer);
    expect(answer).toMatch(/^HTTP\/1\.1 202 /);
  });

  it('a reader that never reads loses its connection', async () => {
    const shop = await test.newShop();
    // more than the buffers of both sockets hold
    const descriptionHtml = 'x'.repeat(490_000);
    await addProducts(
      shop,
      Array.from({ length: 30 }, (_, n) => ({ title: `P ${n}`, descriptionHtml })),
    );
    const { hostname, port } = new URL(test.baseUrl);
    const connected = once(test.app.getHttpServer(), 'connection');
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.write(
      `GET /api/shops/${shop.shop}/products/export.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${shop.apiKey}\r\n\r\n`,
    );
    const [peer] = (await connected) as [Socket];
    await eventually(() => {
      expect(peer.destroyed).toBe(true);
    });
    socket.destroy();
  });
});

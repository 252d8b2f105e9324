import { connect } from 'node:net';
import { startIdentityApp, type IdentityApp } from '../support/identity-app.js';
import type { TestShop } from '../support/app.js';

/** What `fetch` would not send: header lines as they are written here. */
describe('credentials on the wire', () => {
  let test: IdentityApp;
  let own: TestShop;
  let token: string;
  beforeAll(async () => {
    test = await startIdentityApp();
    own = await test.newShop();
    token = (await test.newOwner(own)).accessToken;
  });
  afterAll(() => test.close());

  function send(lines: string[]): Promise<{ status: number; text: string }> {
    const { hostname, port } = new URL(test.baseUrl);
    return new Promise((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          [`GET /api/shops/${own.shop} HTTP/1.1`, 'Host: test', 'Connection: close', ...lines, '', ''].join(
            '\r\n',
          ),
        );
      });
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      socket
        .on('error', () => undefined)
        .on('close', () => {
          resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text });
        });
    });
  }
  const bearer = (text: string) => `Authorization: Bearer ${text}`;

  it('pass as they should', async () => {
    for (const credential of [own.apiKey, token]) expect((await send([bearer(credential)])).status).toBe(200);
    // blanks around a header's value are not part of it (RFC 9110, 5.5)
    expect((await send([`Authorization:   Bearer  ${own.apiKey}  `])).status).toBe(200);
    expect((await send([`authorization: bearer ${own.apiKey}`])).status).toBe(200);
  });

  it.each<[string, () => string[]]>([
    ['two Authorization headers', () => [bearer(own.apiKey), bearer(own.apiKey)]],
    ['a good header after a bad one', () => [bearer('nonsense'), bearer(own.apiKey)]],
    ['two keys in one header', () => [bearer(`${own.apiKey}, ${own.apiKey}`)]],
    ['a key with a blank inside', () => [bearer(`${own.apiKey.slice(0, 20)} ${own.apiKey.slice(20)}`)]],
    ['a key with a tab behind it and more', () => [bearer(`${own.apiKey}\tx`)]],
    ['a key in quotes', () => [bearer(`"${own.apiKey}"`)]],
    ['a key with an escaped line break', () => [bearer(`${own.apiKey}%0a`)]],
    ['a key cut short', () => [bearer(own.apiKey.slice(0, -1))]],
    ['a key in capitals', () => [bearer(own.apiKey.toUpperCase())]],
    ['no token', () => ['Authorization: Bearer']],
    ['another scheme', () => [`Authorization: Basic ${Buffer.from(`x:${own.apiKey}`).toString('base64')}`]],
    ['the key without a scheme', () => [`Authorization: ${own.apiKey}`]],
    ['a token of three dots', () => [bearer('...')]],
    ['a token whose header is no JSON', () => [bearer(`${Buffer.from('{').toString('base64url')}.e30.x`)]],
    ['a token with a fourth part', () => [bearer(`${token}.x`)]],
    ['a token of 8 KB', () => [bearer(`${token.slice(0, -40)}${'A'.repeat(8_000)}`)]],
    ['bytes beyond ASCII', () => [bearer(`${own.apiKey}é`)]],
    ['the key as a query parameter', () => ['X-Api-Key: nothing']],
  ])('are refused with %s', async (_, lines) => {
    const { status, text } = await send(lines());
    expect(status).toBe(401);
    expect(text).toContain('"code":"unauthenticated"');
    expect(text.toLowerCase()).toContain('www-authenticate: bearer');
    expect(text).not.toContain(own.apiKey.slice(20));
  });

  it.each<[string, () => string[]]>([
    ['a folded header', () => [`Authorization: Bearer\r\n ${own.apiKey}`]],
    ['a bare line feed', () => [`Authorization: Bearer ${own.apiKey}\nX-Injected: yes`]],
    ['a NUL', () => [bearer(`${own.apiKey}\0`)]],
    ['headers of 100 KB', () => [bearer('x'.repeat(100_000))]],
  ])('never end in a 5xx: %s', async (_, lines) => {
    const { status, text } = await send(lines());
    // a server may cut off what is too long to be read
    if (text) expect([200, 400, 401, 431]).toContain(status);
    expect(text.toLowerCase()).not.toContain('x-injected');
  });
});

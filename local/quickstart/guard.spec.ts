import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { parsePort, requireFreePort } from './guard.mjs';

describe('parsePort', () => {
  it.each([
    [undefined, 3000],
    ['', 3000],
    ['8080', 8080],
  ])('reads %p', (text, port) => {
    expect(parsePort(text)).toBe(port);
  });
  it.each(['0', '65536', '-1', '80a', '1.5'])('refuses %p in one sentence', (text) => {
    expect(() => parsePort(text)).toThrow(`PORT must be a number from 1 to 65535, not "${text}".`);
  });
});

describe('requireFreePort', () => {
  it('refuses a taken port in one sentence', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(requireFreePort(port)).rejects.toThrow(`Port ${port} is taken by another process`);
    other.close();
    await once(other, 'close');
    await expect(requireFreePort(port)).resolves.toBeUndefined();
  });
});

import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { isDatabaseUnavailable, isRetryableRead } from './database-errors.js';

/** What a write to a connection gives whose other side has just gone: the driver passes it on as it is. */
async function errorOfWriteAfterEnd(): Promise<unknown> {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
    socket.on('error', () => undefined);
    return await new Promise((resolve) => {
      socket.on('end', () => setImmediate(() => socket.write('too late', resolve)));
    });
  } finally {
    server.close();
  }
}

describe('a connection that the database has ended just before a command', () => {
  it('means that the database is unavailable, and that a read may be tried again', async () => {
    const error = await errorOfWriteAfterEnd();
    expect(error).toMatchObject({ name: 'Error', code: 'EPIPE' });
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(isRetryableRead(error)).toBe(true);
  });

  it('is not taken for a fault of ours, nor the other way round', () => {
    for (const error of [new Error('a fault'), new TypeError('another'), undefined, 'EPIPE']) {
      expect(isDatabaseUnavailable(error)).toBe(false);
      expect(isRetryableRead(error)).toBe(false);
    }
  });
});

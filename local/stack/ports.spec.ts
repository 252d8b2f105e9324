import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { choosePort, freePort, portIsFree } from './ports.ts';

describe('ports', () => {
  it('passes over a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port: taken } = other.address() as AddressInfo;
    const free = await freePort();
    expect(await portIsFree(taken)).toBe(false);
    expect(await choosePort([undefined, taken, free])).toBe(free);
    expect(await choosePort([taken])).not.toBe(taken);
    other.close();
    await once(other, 'close');
  });
});

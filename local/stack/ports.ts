import { createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** Whether nothing listens on that port of 127.0.0.1 at this moment. */
export function portIsFree(port: number): Promise<boolean> {
  return tryListen(port).then((got) => got !== null);
}

/** A port of 127.0.0.1 that is free at this moment, chosen by the system. */
export async function freePort(): Promise<number> {
  const port = await tryListen(0);
  if (port === null) throw new Error('the system gave no free port on 127.0.0.1');
  return port;
}

/** The first wanted port that is free, else any free one. */
export async function choosePort(wanted: readonly (number | undefined)[]): Promise<number> {
  for (const port of wanted) {
    if (port !== undefined && (await portIsFree(port))) return port;
  }
  return freePort();
}

function tryListen(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(null);
    });
    server.listen({ port, host: LOOPBACK }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : null);
      });
    });
  });
}

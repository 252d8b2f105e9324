import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

// The sockets' other side, in a process of its own: followers, and the carriers' gateways.

export interface SocketJob {
  baseUrl: string;
  sockets: number;
  seconds: number;
  /** Each reports one position a second, and is followed by an equal share of the sockets. */
  orders: string[];
  watcher: string;
  carrier: string;
}

export interface SocketResult {
  connectSeconds: number;
  /** Positions that were accepted in a second, and messages they became. */
  positionsPerSecond: number;
  deliveriesPerSecond: number;
  expected: number;
  delivered: number;
  refused: number;
  /** From before a position was sent to its arrival at a follower. */
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

const OPENING_AT_ONCE = 100;
const GATEWAYS = 20;
const TICK_MS = 20;
const START: [number, number] = [13.405, 52.52];
const END: [number, number] = [9.9937, 53.5511];
/** For the last positions to arrive. */
const SETTLE_MS = 5_000;

process.on('message', (job: SocketJob) => {
  void run(job).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));

async function run({
  baseUrl,
  sockets,
  seconds,
  orders,
  watcher,
  carrier,
}: SocketJob): Promise<SocketResult> {
  const url = `${baseUrl.replace('http', 'ws')}/tracking`;
  const latencies: number[] = [];
  const started = performance.now();
  for (let opened = 0; opened < sockets; opened += OPENING_AT_ONCE) {
    const part = Array.from({ length: Math.min(OPENING_AT_ONCE, sockets - opened) }, (_, n) =>
      follow(url, watcher, orders[(opened + n) % orders.length] ?? '', latencies),
    );
    await Promise.all(part);
  }
  const connectSeconds = (performance.now() - started) / 1000;
  const counts = { accepted: 0, refused: 0 };
  const gateways = await Promise.all(Array.from({ length: GATEWAYS }, () => gateway(url, carrier, counts)));
  // spread over the second: in every tick its share of the orders
  const ticks = (seconds * 1000) / TICK_MS;
  const perTick = (orders.length * TICK_MS) / 1000;
  const begin = performance.now();
  for (let tick = 0; tick < ticks; tick++) {
    for (let n = Math.round(tick * perTick); n < Math.round((tick + 1) * perTick); n++) {
      const at = n % orders.length;
      const share = n / orders.length / 3_600;
      gateways[at % GATEWAYS]?.send(
        JSON.stringify({
          ...{ type: 'position', order: orders[at], at: new Date().toISOString(), speed: 20 },
          coordinates: [START[0] + share * (END[0] - START[0]), START[1] + share * (END[1] - START[1])],
        }),
      );
    }
    const ahead = begin + (tick + 1) * TICK_MS - performance.now();
    if (ahead > 0) await sleep(ahead);
  }
  const took = (performance.now() - begin) / 1000;
  const followers = sockets / orders.length;
  const until = performance.now() + SETTLE_MS;
  while (latencies.length < counts.accepted * followers && performance.now() < until) await sleep(50);
  await sleep(200);
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return {
    connectSeconds: rounded(connectSeconds),
    positionsPerSecond: rounded(counts.accepted / took),
    deliveriesPerSecond: rounded(latencies.length / took),
    expected: counts.accepted * followers,
    delivered: latencies.length,
    refused: counts.refused,
    ...{ p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) },
  };
}

/** Opens a socket that follows one order; resolves when it does. */
function follow(url: string, token: string, order: string, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.once('error', reject);
    socket.once('open', () => {
      socket.send(JSON.stringify({ type: 'authenticate', token }));
      socket.send(JSON.stringify({ type: 'subscribe', orders: [{ order }] }));
    });
    socket.on('message', (data) => {
      const { type, at } = JSON.parse((data as Buffer).toString()) as { type: string; at: string };
      if (type === 'position') latencies.push(Date.now() - Date.parse(at));
      else if (type === 'subscribed') resolve();
      else if (type === 'error') reject(new Error(String(data)));
    });
  });
}

/** Opens a socket that reports for many orders. */
function gateway(
  url: string,
  token: string,
  counts: { accepted: number; refused: number },
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.once('error', reject);
    socket.once('open', () => {
      socket.send(JSON.stringify({ type: 'authenticate', token }));
    });
    socket.on('message', (data) => {
      const { type } = JSON.parse((data as Buffer).toString()) as { type: string };
      if (type === 'welcome') resolve(socket);
      else if (type === 'accepted') counts.accepted++;
      else if (type === 'error') counts.refused++;
    });
  });
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

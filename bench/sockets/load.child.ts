import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { percentile, rounded } from '../measure/statistics.ts';

// The sockets' other side, in a process of its own: followers, and the carriers' gateways. Ends with its parent.

/** Opens the sockets, which stay. */
export interface OpenSockets {
  baseUrl: string;
  sockets: number;
  /** Each is followed by an equal share of the sockets. */
  orders: string[];
  /** May follow them, and report as their carrier. */
  apiKey: string;
}

/** Reports one position a second of every order, for so many seconds. */
export interface ReportPositions {
  seconds: number;
}

export interface Reported {
  /** Positions that were accepted in a second, and messages they became. */
  positionsPerSecond: number;
  deliveriesPerSecond: number;
  expected: number;
  delivered: number;
  refused: number;
  /** Sockets that ended so far. */
  ended: number;
  /** Milliseconds from before a position was sent to its arrival at a follower. */
  p50: number;
  p95: number;
  p99: number;
  /** Between two looks of this process, 10 ms apart when it is in time: what it reads late counts as delivered late. */
  ownDelayP99: number;
}

export type SocketsAnswer = { opened: true } | { reported: Reported };

const OPENING_AT_ONCE = 100;
const GATEWAYS = 20;
const TICK_MS = 10;
const START = [13.405, 52.52] as const;
const END = [9.9937, 53.5511] as const;
const POSITION = '{"v":1,"type":"position"';
const AT = '"at":"';
const HOUR_MS = 3_600_000;
/** For the last positions to arrive. */
const SETTLE_MS = 10_000;

const began = Date.now();
const delay = monitorEventLoopDelay({ resolution: TICK_MS });
delay.enable();
const gateways: WebSocket[] = [];
let orders: string[] = [];
let followers = 0;
let latencies: number[] = [];
const counts = { accepted: 0, refused: 0, ended: 0 };

process.on('message', (job: OpenSockets | ReportPositions) => {
  const done = 'sockets' in job ? open(job) : report(job);
  done
    .catch((error: unknown) => ({ fault: error instanceof Error ? error.message : String(error) }))
    .then((answer) => process.send?.(answer))
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));

async function open(job: OpenSockets): Promise<SocketsAnswer> {
  const url = `${job.baseUrl.replace('http', 'ws')}/tracking`;
  ({ orders } = job);
  followers = job.sockets / orders.length;
  for (let opened = 0; opened < job.sockets; opened += OPENING_AT_ONCE) {
    const part = Array.from({ length: Math.min(OPENING_AT_ONCE, job.sockets - opened) }, (_, n) =>
      follow(url, job.apiKey, orders[(opened + n) % orders.length] ?? ''),
    );
    await Promise.all(part);
  }
  for (let n = 0; n < GATEWAYS; n++) gateways.push(await gateway(url, job.apiKey));
  return { opened: true };
}

async function report({ seconds }: ReportPositions): Promise<SocketsAnswer> {
  latencies = [];
  Object.assign(counts, { accepted: 0, refused: 0 });
  delay.reset();
  const started = performance.now();
  const all = orders.length * seconds;
  for (let sent = 0; sent < all;) {
    // spread over each second: what is due by now
    const due = Math.min(all, Math.floor(((performance.now() - started) * orders.length) / 1_000));
    for (; sent < due; sent++) send(sent % orders.length);
    await sleep(TICK_MS);
  }
  const took = (performance.now() - started) / 1_000;
  const until = performance.now() + SETTLE_MS;
  const isWhole = () => counts.accepted + counts.refused === all && latencies.length >= expected();
  while (!isWhole() && performance.now() < until) await sleep(50);
  return {
    reported: {
      positionsPerSecond: rounded(counts.accepted / took),
      deliveriesPerSecond: rounded(latencies.length / took),
      ...{ expected: all * followers, delivered: latencies.length },
      ...{ refused: counts.refused, ended: counts.ended },
      ...{ p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95) },
      ...{ p99: percentile(latencies, 0.99), ownDelayP99: rounded(delay.percentile(99) / 1e6) },
    },
  };
}

function expected(): number {
  return counts.accepted * followers;
}

/** Each order moves evenly from one end to the other, in an hour. */
function send(nth: number): void {
  const now = Date.now();
  const share = (now - began) / HOUR_MS;
  gateways[nth % GATEWAYS]?.send(
    JSON.stringify({
      ...{ type: 'position', order: orders[nth], at: new Date(now).toISOString(), speed: 20 },
      coordinates: [START[0] + share * (END[0] - START[0]), START[1] + share * (END[1] - START[1])],
    }),
  );
}

/** Opens a socket that follows one order; resolves when it does. */
function follow(url: string, token: string, order: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
    socket.once('error', reject);
    socket.once('close', () => counts.ended++);
    socket.once('open', () => {
      socket.send(JSON.stringify({ type: 'authenticate', token }));
      socket.send(JSON.stringify({ type: 'subscribe', orders: [{ order }] }));
    });
    socket.on('message', (data) => {
      // as little as tells the time: this process shares its core with the database
      const text = (data as Buffer).toString('latin1');
      if (text.startsWith(POSITION)) {
        const from = text.indexOf(AT) + AT.length;
        latencies.push(Date.now() - Date.parse(text.slice(from, text.indexOf('"', from))));
        return;
      }
      const { type } = JSON.parse(text) as { type: string };
      if (type === 'subscribed') resolve();
      else if (type === 'error') reject(new Error(text));
    });
  });
}

/** Opens a socket that reports for many orders. */
function gateway(url: string, token: string): Promise<WebSocket> {
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

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { eventually } from '../../../../test/support/eventually.js';
import type { Delivery } from '../events/delivery.js';
import { SendBuffer } from './send-buffer.js';

const ORDERS = ['a', 'b', 'c'];
/** As much as the kernel's buffers never hold: 200 MB in all. */
const PADDING = 'x'.repeat(50_000);
const EVENTS = 4_000;

function delivery(id: number): Delivery {
  const order = ORDERS[id % ORDERS.length]!;
  const kind = id % 100 < 3 ? 'status' : 'position';
  const text = JSON.stringify({ order, id, kind, PADDING });
  return { order, clientId: 'client', carrierId: null, id, kind, text };
}

describe('what waits for a slow reader', () => {
  let server: WebSocketServer;
  let there: WebSocket;
  let here: WebSocket;
  let wire: Socket;
  beforeEach(async () => {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    await once(server, 'listening');
    there = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [[opened, request]] = (await Promise.all([once(server, 'connection'), once(there, 'open')])) as [
      [WebSocket, IncomingMessage],
      unknown,
    ];
    [here, wire] = [opened, request.socket];
  });
  afterEach(() => {
    there.terminate();
    server.close();
  });

  it('is bounded; it gets every step, and of each order the latest position, in order', async () => {
    const counts = { sent: 0, skipped: 0 };
    const buffer = new SendBuffer(here, wire, counts, () => {
      throw new Error('overflow');
    });
    const got: { order: string; id: number; kind: string }[] = [];
    there.on('message', (data) => {
      const { order, id, kind } = JSON.parse((data as Buffer).toString()) as Delivery;
      got.push({ order, id, kind });
    });
    there.pause();
    for (let id = 0; id < EVENTS; id++) {
      buffer.event(delivery(id));
      expect(buffer.bufferedBytes).toBeLessThan(200_000);
      if (id % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(buffer.slowFor(performance.now())).toBeGreaterThan(0);
    there.resume();
    await eventually(() => {
      for (const order of ORDERS) {
        const last = [...Array(EVENTS).keys()].filter((id) => ORDERS[id % 3] === order).at(-1);
        expect(got.filter((event) => event.order === order).at(-1)?.id).toBe(last);
      }
    });
    const steps = [...Array(EVENTS).keys()].map(delivery).filter(({ kind }) => kind === 'status');
    expect(
      got
        .filter(({ kind }) => kind === 'status')
        .map(({ id }) => id)
        .sort((a, b) => a - b),
    ).toEqual(steps.map(({ id }) => id));
    for (const order of ORDERS) {
      const ids = got.filter((event) => event.order === order).map(({ id }) => id);
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    }
    expect(counts.skipped).toBe(EVENTS - got.length);
    expect(counts.skipped).toBeGreaterThan(100);
    expect(buffer.slowFor(performance.now())).toBe(0);
  });

  it('is written in frames that a client reads, of any length, between those of the socket itself', async () => {
    const buffer = new SendBuffer(here, wire, { sent: 0, skipped: 0 }, () => undefined);
    const got: string[] = [];
    there.on('message', (data, isBinary) => got.push(isBinary ? 'binary' : (data as Buffer).toString()));
    const texts = [0, 1, 123, 124, 65_533, 65_534, 70_000].map((length) => `é${'x'.repeat(length)}`);
    for (const [id, text] of texts.entries()) {
      buffer.event({ ...delivery(id), order: `${id}`, text });
      buffer.answer(`${id}`);
    }
    await eventually(() => {
      expect(got.filter((text) => text.startsWith('é')).map(({ length }) => length)).toEqual(
        texts.map(({ length }) => length),
      );
    });
    expect(new Set(got)).toEqual(new Set([...texts, ...texts.keys().map(String)]));
    here.close();
    buffer.event(delivery(1));
    const [code] = (await once(there, 'close')) as [number];
    expect([code, got.length]).toEqual([1005, 2 * texts.length]); // nothing behind the closing frame
  });

  it('ends when even the steps are too many', () => {
    let overflows = 0;
    const buffer = new SendBuffer(here, wire, { sent: 0, skipped: 0 }, () => overflows++);
    there.pause();
    for (let id = 0; id < 3_000; id++) buffer.event({ ...delivery(id), kind: 'status' });
    expect(overflows).toBeGreaterThan(0);
  });
});

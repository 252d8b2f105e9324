import { randomBytes } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { Types } from 'mongoose';
import {
  CLIENT_MESSAGES,
  SERVER_MESSAGES,
  serverSchema,
  clientSchema,
  type ClientMessageType,
  type ServerMessageType,
} from '../../src/modules/tracking/sockets/message-schemas.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { newCarrier, newClient, newMember } from '../support/logistics.js';
import { lengthenTrack, movingOrder, positionAt, type Moving } from '../support/tracking.js';
import { TrackingSocket } from '../support/tracking-socket.js';

/** Events of a resumption, and so many of them as fill what the kernel holds for a socket. */
const LONG = 495;
const SUBSCRIBES = 60;
/** What waits in the process for one reader at most: a resumption above its mark. */
const MOST_BUFFERED = 400_000;

/** Stops reading, and asks for more than there is room for. */
function stopReading({ socket }: TrackingSocket, { id }: Moving): void {
  socket.pause();
  const orders = [{ order: id, lastEventId: 5 }];
  for (let n = 0; n < SUBSCRIBES; n++) socket.send(JSON.stringify({ type: 'subscribe', orders }));
}

describe('tracking sockets', () => {
  let test: TestApp;
  let other: TestApp;
  let own: Moving;
  const open: TrackingSocket[] = [];
  beforeAll(async () => {
    test = await startTestApp();
    other = await startTestApp(test.env);
    own = await movingOrder(test);
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });
  afterAll(async () => {
    await other.close();
    await test.close();
  });

  const connect = async (token?: string, at = test, ...more: object[]): Promise<TrackingSocket> => {
    const socket = await TrackingSocket.open(at.baseUrl, token, ...(more as [object?]));
    open.push(socket);
    return socket;
  };
  const order = () => movingOrder(test, own);
  const report = (of: Moving, ...ns: number[]) =>
    of.carrier.api.post(`${of.path}/positions`, { positions: ns.map(positionAt) });
  /** Once the four steps of an order are among its events. */
  const settled = (of: Moving) =>
    eventually(async () => {
      const steps = { order: new Types.ObjectId(of.id), kind: 'status' };
      expect(await test.db.collection('tracking_events').countDocuments(steps)).toBe(4);
    });

  it('bring positions and steps from one instance to clients and operators on another, in order', async () => {
    const moving = await order();
    await settled(moving);
    const carrier = await connect(moving.carrier.accessToken);
    const client = await connect(moving.client.accessToken, other);
    const admin = await connect(test.admin.credentials, other);
    for (const socket of [client, admin])
      expect(await socket.follow([{ order: moving.id }])).toMatchObject({
        ...{ type: 'subscribed', resumed: false, lastEventId: 4, status: 'IN_TRANSIT', position: null },
      });
    for (let n = 1; n <= 5; n++)
      carrier.send({ type: 'position', ref: `${n}`, order: moving.id, ...positionAt(n), speed: 20 });
    expect(await carrier.message('accepted', { ref: '5' })).toMatchObject({ order: moving.id, id: 9 });
    await moving.carrier.api.post(`${moving.path}/status`, { status: 'DELIVERED', note: 'left at gate 3' });
    for (const socket of [client, admin]) {
      const done = await socket.message('status', { order: moving.id });
      expect(done).toMatchObject({
        id: 10,
        status: 'DELIVERED',
        note: 'left at gate 3',
        position: positionAt(5),
      });
      expect(socket.ids(moving.id)).toEqual([5, 6, 7, 8, 9, 10]);
    }
    expect(client.of('position')[0]).toMatchObject({
      ...{ v: 1, at: positionAt(1).at, status: 'IN_TRANSIT' },
      position: { ...positionAt(1), speed: 20, heading: null, accuracy: null },
    });
  });

  it('say only what the AsyncAPI description says, and take its examples', async () => {
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    const moving = await order();
    const socket = await connect(moving.carrier.accessToken);
    await socket.follow([{ order: moving.id }]);
    await report(moving, 1);
    await moving.carrier.api.post(`${moving.path}/status`, { status: 'FAILED' });
    socket.send({ type: 'ping', ref: 'p' });
    socket.send({ type: 'position', order: moving.id, ...positionAt(0) });
    socket.send({ type: 'unsubscribe', orders: [own.id] });
    for (const type of ['status', 'position', 'pong', 'error', 'unsubscribed']) await socket.message(type);
    for (const message of socket.messages) {
      const validate = ajv.compile(serverSchema(message['type'] as ServerMessageType));
      expect([message, validate(message) || validate.errors]).toEqual([message, true]);
    }
    for (const [type, { example }] of Object.entries(CLIENT_MESSAGES))
      expect([type, ajv.validate(clientSchema(type as ClientMessageType), example) || ajv.errors]).toEqual([
        type,
        true,
      ]);
    for (const [type, { example }] of Object.entries(SERVER_MESSAGES))
      expect([type, ajv.validate(serverSchema(type as ServerMessageType), example) || ajv.errors]).toEqual([
        type,
        true,
      ]);
  });

  it('resume behind the last event, on any instance', async () => {
    const moving = await order();
    await settled(moving);
    await report(moving, 1, 2, 3);
    const socket = await connect(moving.client.accessToken, other);
    expect(await socket.follow([{ order: moving.id, lastEventId: 5 }])).toMatchObject({
      ...{ resumed: true, lastEventId: 7 },
    });
    await report(moving, 4);
    await eventually(() => {
      expect(socket.ids(moving.id)).toEqual([6, 7, 8]);
    });
  });

  it.each([
    ['is gone', async (moving: Moving) => removeEvent(moving, 6), 4],
    ['never was', () => Promise.resolve(), 4_000],
  ])(
    'tell who resumes where an event %s that it starts anew, with the latest state',
    async (_, prepare, from) => {
      const moving = await order();
      await settled(moving);
      await report(moving, 1, 2, 3);
      await prepare(moving);
      const socket = await connect(moving.client.accessToken);
      expect(await socket.follow([{ order: moving.id, lastEventId: from }])).toMatchObject({
        ...{ resumed: false, lastEventId: 7, position: positionAt(3) },
      });
      await report(moving, 4);
      await eventually(() => {
        expect(socket.ids(moving.id)).toEqual([8]);
      });
    },
  );
  async function removeEvent(moving: Moving, n: number): Promise<void> {
    const { deletedCount } = await test.db
      .collection('tracking_events')
      .deleteOne({ order: new Types.ObjectId(moving.id), n });
    expect(deletedCount).toBe(1);
  }

  it('show nothing of the orders of others, and take no positions from them', async () => {
    const [stranger, nobody] = [await newCarrier(test), await newClient(test)];
    for (const token of [stranger.accessToken, nobody.accessToken]) {
      const socket = await connect(token);
      expect(await socket.follow([{ order: own.id }])).toMatchObject({
        ...{ type: 'error', code: 'transport_order_not_found', order: own.id },
      });
      socket.send({ type: 'position', order: own.id, ...positionAt(1) });
      await eventually(() => {
        expect(socket.of('error').map(({ code }) => code)).toEqual([
          'transport_order_not_found',
          'transport_order_not_found',
        ]);
      });
    }
    const client = await connect(own.client.accessToken);
    client.send({ type: 'position', order: own.id, ...positionAt(1) });
    expect(await client.message('error')).toMatchObject({ code: 'organisation_forbidden' });
    const told = { order: new Types.ObjectId(own.id), kind: 'position' };
    expect(await test.db.collection('tracking_events').countDocuments(told)).toBe(0);
  });

  it('let a carrier go that the order is taken from', async () => {
    const moving = await order();
    const socket = await connect(moving.carrier.accessToken, other);
    await socket.follow([{ order: moving.id }]);
    await moving.carrier.api.post(`${moving.path}/status`, { status: 'FAILED' });
    await moving.client.api.post(`${moving.path}/status`, { status: 'PENDING' });
    expect(await socket.message('unsubscribed')).toMatchObject({
      ...{ order: moving.id, reason: 'transport_order_not_found' },
    });
    expect(socket.of('status').at(-1)).toMatchObject({ status: 'FAILED' });
  });

  it('hint at swapped coordinates', async () => {
    const socket = await connect(own.carrier.accessToken);
    const { at, coordinates } = positionAt(1);
    socket.send({ type: 'position', order: own.id, at, coordinates: coordinates.toReversed() });
    expect(await socket.message('error')).toMatchObject({
      code: 'validation_failed',
      errors: [{ field: 'coordinates', message: expect.stringMatching(/swapped/) }],
    });
  });

  it('end with 1009 on a message of 10 MB, and live on for the others', async () => {
    const [big, small] = [await connect(own.client.accessToken), await connect(own.client.accessToken)];
    big.send({ type: 'authenticate', token: randomBytes(5_000_000).toString('hex') });
    expect((await big.end()).code).toBe(1009);
    small.send({ type: 'ping' });
    await small.message('pong');
  });

  it('skip a reader that does not read to the latest position, and hold little for it', async () => {
    const moving = await order();
    await settled(moving);
    await report(moving, 1);
    const head = 5 + LONG;
    await lengthenTrack(test, moving, LONG);
    const reader = await connect(moving.client.accessToken);
    stopReading(reader, moving);
    const skipped = async () =>
      Number(/outcome="skipped"\} (\d+)/.exec((await test.anonymous.get('/metrics')).text)?.[1]);
    await eventually(async () => {
      expect(await skipped()).toBeGreaterThan(LONG);
    });
    const { status, body } = await report(moving, 2, 3, 4);
    expect([status, body.lastEventId]).toEqual([200, head + 3]);
    const { details } = (await test.anonymous.get('/health')).body;
    expect(details.tracking.bufferedBytes).toBeLessThan(MOST_BUFFERED);
    reader.socket.resume();
    await eventually(() => {
      expect(reader.of('subscribed')).toHaveLength(SUBSCRIBES);
      expect(reader.ids(moving.id).at(-1)).toBe(head + 3);
    });
    expect(reader.of('position').at(-1)).toMatchObject({ position: positionAt(4) });
    expect(reader.ids(moving.id).length).toBeLessThan((SUBSCRIBES - 1) * LONG);
  });

  it('follow up to 200 orders; of 1 000 none, with a clear error', async () => {
    const socket = await connect(own.client.accessToken);
    await socket.follow([{ order: own.id }]);
    const orders = Array.from({ length: 1_000 }, (_, n) => ({ order: n.toString(16).padStart(24, '0') }));
    socket.send({ type: 'subscribe', ref: 'many', orders });
    expect(await socket.message('error')).toEqual({
      ...{ v: 1, type: 'error', ref: 'many', code: 'subscription_limit_reached' },
      detail: 'One socket follows at most 200 orders, this one follows 1.',
    });
    await report(own, 1);
    await socket.message('position', { order: own.id });
  });

  it.each([
    ['{"type":"fly"}', 'validation_failed', 'type'],
    ['{"type":"subscribe","orders":[]}', 'validation_failed', 'orders'],
    ['{"type":"subscribe","orders":[{"order":"x"}]}', 'validation_failed', 'orders.0.order'],
    ['{"type":"position","order":"6921b0d2a1f4b0a7c9e01234"}', 'validation_failed', 'at'],
    ['{"type":"ping","more":1}', 'validation_failed', 'more'],
    ['[]', 'malformed_request', undefined],
    ['{', 'malformed_request', undefined],
  ])('answer %s with an error and live on', async (text, code, field) => {
    const socket = await connect(own.client.accessToken);
    socket.socket.send(text);
    const error = await socket.message('error');
    expect([error['code'], error['errors']?.[0].field]).toEqual([code, field]);
    socket.send({ type: 'ping', ref: 'on' });
    await socket.message('pong', { ref: 'on' });
  });

  it('take the token as a subprotocol, and not in the URL', async () => {
    const protocols = ['entrepot.tracking.v1', `bearer.${own.client.accessToken}`];
    const { WebSocket } = await import('ws');
    const socket = new WebSocket(`${test.baseUrl.replace('http', 'ws')}/tracking`, protocols);
    const first = await new Promise<Buffer>((resolve) => socket.once('message', resolve));
    expect(JSON.parse(first.toString())).toMatchObject({ type: 'welcome', pingMs: 30_000 });
    expect(socket.protocol).toBe('entrepot.tracking.v1'); // the token is not sent back
    socket.terminate();
    const inUrl = new WebSocket(
      `${test.baseUrl.replace('http', 'ws')}/tracking?token=${own.client.accessToken}`,
    );
    await new Promise((resolve) => inUrl.once('open', resolve));
    inUrl.send('{"type":"ping"}');
    const answer = await new Promise<Buffer>((resolve) => inUrl.once('message', resolve));
    expect(JSON.parse(answer.toString())).toMatchObject({ type: 'error', code: 'unauthenticated' });
    inUrl.terminate();
  });

  it('are not opened by pages of other origins', async () => {
    expect(await TrackingSocket.refused(test.baseUrl, { origin: 'https://evil.example' })).toMatchObject({
      status: 403,
      body: { code: 'origin_forbidden' },
    });
    await connect(own.client.accessToken, test, { origin: test.baseUrl });
  });

  it('leave requests to upgrade anything else what they are', async () => {
    const headers = { connection: 'upgrade', upgrade: 'h2c' };
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) =>
      request(`${test.baseUrl}/health/live`, { headers }, (response) => {
        resolve(response.resume().statusCode);
      })
        .once('error', reject)
        .end(),
    );
    expect(status).toBe(200);
  });

  it('are counted in the metrics and in /health', async () => {
    const socket = await connect(own.client.accessToken);
    await socket.follow([{ order: own.id }]);
    const { body } = await test.anonymous.get('/health');
    expect(body.details.tracking).toMatchObject({
      status: 'up',
      degraded: false,
      sockets: 1,
      ordersFollowed: 1,
    });
    const { text } = await test.anonymous.get('/metrics');
    for (const line of [
      /^entrepot_tracking_sockets 1$/m,
      /^entrepot_tracking_messages_total\{outcome="sent"\} \d+$/m,
    ])
      expect(text).toMatch(line);
  });

  it('end with a wrong token', async () => {
    const socket = await connect();
    socket.send({ type: 'authenticate', token: 'ent_live_nobody' });
    expect(await socket.message('error')).toMatchObject({ code: 'unauthenticated' });
    expect((await socket.end()).code).toBe(4401);
  });
});

describe('tracking sockets with little patience and room', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp({ TRACKING_SLOW_MS: '200', TRACKING_CONNECTIONS: '2' });
  });
  afterAll(() => test.close());

  it('drop who does not read, and take another in its place', async () => {
    const moving = await movingOrder(test);
    const first = { positions: [positionAt(1)] };
    expect((await moving.carrier.api.post(`${moving.path}/positions`, first)).status).toBe(200);
    await lengthenTrack(test, moving, LONG);
    const { accessToken } = moving.client;
    const [reader, other] = [
      await TrackingSocket.open(test.baseUrl, accessToken),
      await TrackingSocket.open(test.baseUrl, accessToken),
    ];
    expect(await TrackingSocket.refused(test.baseUrl)).toMatchObject({
      ...{ status: 503, body: { code: 'service_unavailable' } },
    });
    stopReading(reader, moving);
    await eventually(async () => {
      const { text } = await test.anonymous.get('/metrics');
      expect(text).toMatch(/^entrepot_tracking_dropped_total 1$/m);
      expect(text).toMatch(/^entrepot_tracking_sockets 1$/m);
    });
    reader.socket.resume();
    expect((await reader.end()).code).toBe(1006);
    other.send({ type: 'ping' });
    await other.message('pong');
    (await TrackingSocket.open(test.baseUrl, accessToken)).close();
    other.close();
  });
});

describe('tracking sockets with short times', () => {
  let test: TestApp;
  let own: Moving;
  beforeAll(async () => {
    test = await startTestApp({
      TRACKING_PING_MS: '1000',
      TRACKING_AUTH_MS: '2000',
      TRACKING_CONNECTIONS_PER_IP: '3',
    });
    own = await movingOrder(test);
  });
  afterAll(() => test.close());

  it('end when nobody says who is there', async () => {
    const socket = await TrackingSocket.open(test.baseUrl);
    expect((await socket.end()).code).toBe(4408);
  });

  it('end when their token is revoked', async () => {
    const { accessToken, api } = await newMember(test, 'client', own.client.id);
    const socket = await TrackingSocket.open(test.baseUrl, accessToken);
    await socket.follow([{ order: own.id }]);
    expect((await api.delete('/api/auth/sessions')).status).toBe(204);
    expect((await socket.end()).code).toBe(4401);
    expect(socket.of('error').at(-1)).toMatchObject({ code: 'unauthenticated' });
  });

  it('end when the other side is silent', async () => {
    const socket = await TrackingSocket.open(test.baseUrl, own.client.accessToken, { autoPong: false });
    expect((await socket.end()).code).toBe(1006);
  });

  it('are at most so many of an address', async () => {
    const sockets = await Promise.all(
      [1, 2, 3].map(() => TrackingSocket.open(test.baseUrl, own.client.accessToken)),
    );
    expect(await TrackingSocket.refused(test.baseUrl)).toMatchObject({
      status: 429,
      body: { code: 'too_many_connections' },
    });
    sockets[0]!.close();
    await eventually(async () => {
      const next = await TrackingSocket.open(test.baseUrl, own.client.accessToken).catch(() => undefined);
      if (!next) throw new Error('still full');
      next.close();
    });
    for (const socket of sockets) socket.close();
  });
});

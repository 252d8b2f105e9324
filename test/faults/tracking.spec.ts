import { Types } from 'mongoose';
import { Tracking, type TrackingEvent } from '../../clients/typescript/src/index.js';
import { Balancer } from '../support/balancer.js';
import { ApiClient } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { faultStack, type FaultStack } from '../support/fault-stack.js';
import { transport } from '../support/logistics.js';
import { cli, Service } from '../support/process.js';
import { positionAt } from '../support/tracking.js';
import { TrackingSocket } from '../support/tracking-socket.js';

const CARRIER = 'c'.repeat(24);
const PASSWORD = 'correct horse battery staple';
const ORDERS = 3;
const POSITIONS = 20;

describe('live tracking over faults', () => {
  let faults: FaultStack;
  let shop: string;
  let shopKey: string;
  let operator = '';
  let balancer: Balancer | undefined;
  const services: Service[] = [];
  const followers: Tracking[] = [];

  beforeAll(async () => {
    faults = await faultStack();
    ({ shop, apiKey: shopKey } = await faults.shop('tracking'));
    await cli(['admin:create', 'operator@example.com', '--password', PASSWORD], faults.env);
  });
  afterEach(async () => {
    for (const follower of followers.splice(0)) follower.close();
    balancer?.stop();
    await Promise.all(services.splice(0).map((service) => service.kill('SIGKILL')));
  });
  afterAll(() => faults.stop());

  async function instances(): Promise<[Service, Service]> {
    const started = await Promise.all([Service.start(faults.env), Service.start(faults.env)]);
    services.push(...started);
    const credentials = { email: 'operator@example.com', password: PASSWORD };
    operator = (await started[0].api.post('/api/auth/login', credentials)).body.accessToken as string;
    return started;
  }

  /** Orders on their way, as they are in the database once a carrier has them. */
  async function movingOrders(api: ApiClient): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < ORDERS; n++) {
      const { body } = await api.as(operator).post('/api/transport-orders', transport(shop));
      ids.push(body.id as string);
    }
    await faults.db
      .collection('transport_orders')
      .updateMany(
        { _id: { $in: ids.map((id) => new Types.ObjectId(id)) } },
        { $set: { status: 'IN_TRANSIT', carrierId: CARRIER, parties: ['*', shop, CARRIER] } },
      );
    return ids;
  }

  /** Reports as a carrier's device does: what is not answered is said again. */
  async function report(baseUrl: string, order: string, n: number): Promise<number> {
    return eventually(async () => {
      const { status, body, text } = await new ApiClient(baseUrl, operator).post(
        `/api/transport-orders/${order}/positions`,
        { positions: [positionAt(n)] },
      );
      if (status !== 200) throw new Error(text);
      return body.lastEventId as number;
    }, 30_000);
  }

  /** Follows orders by the TypeScript client, and keeps what it is told. */
  async function follow(baseUrl: string, orders: string[]): Promise<TrackingEvent[]> {
    const events: TrackingEvent[] = [];
    const known = new Set<string>();
    const follower = new Tracking({
      ...{ baseUrl, token: () => shopKey, longestWaitMs: 500 },
      onEvent: (event) => events.push(event),
      onState: (order) => known.add(order),
    });
    followers.push(follower);
    for (const order of orders) follower.follow(order, 0);
    await eventually(() => {
      expect(known.size).toBe(orders.length);
    });
    return events;
  }

  /** That a follower has had every stored event of the orders once, in order. */
  async function expectWhole(events: TrackingEvent[], orders: string[]): Promise<void> {
    for (const order of orders) {
      await eventually(async () => {
        const stored = await faults.db
          .collection('tracking_events')
          .find({ order: new Types.ObjectId(order) })
          .sort({ n: 1 })
          .toArray();
        const had = events.filter((event) => event.order === order);
        expect(had.map(({ id }) => id)).toEqual(stored.map(({ n }) => n as number));
        expect(had.map(({ id }) => id)).toEqual(had.map((_, at) => at + 1));
        const positions = had.filter(({ type }) => type === 'position');
        expect(positions.map(({ position }) => position?.at)).toEqual(
          Array.from({ length: POSITIONS }, (_, n) => positionAt(n + 1).at),
        );
        expect(had.some(({ status, type }) => type === 'status' && status === 'DELIVERED')).toBe(true);
      }, 60_000);
    }
  }

  it('kill -9 of the instance: the client resumes on the other, and has every event once', async () => {
    const [one, other] = await instances();
    balancer = await Balancer.start(one.api.baseUrl, other.api.baseUrl);
    const orders = await movingOrders(other.api);
    const events = await follow(balancer.baseUrl, orders);
    for (let n = 1; n <= POSITIONS; n++) {
      const reports = orders.map((order) => report(balancer!.baseUrl, order, n));
      if (n === POSITIONS / 2) one.child.kill('SIGKILL'); // with reports under way
      await Promise.all(reports);
    }
    for (const order of orders)
      await other.api.as(operator).post(`/api/transport-orders/${order}/status`, { status: 'DELIVERED' });
    await expectWhole(events, orders);
  });

  it('Valkey killed: events of the other instance come by way of the database, and none twice', async () => {
    const [one, other] = await instances();
    const orders = await movingOrders(other.api);
    const events = await follow(one.api.baseUrl, orders);
    const half = POSITIONS / 2;
    for (let n = 1; n <= half; n++) for (const order of orders) await report(other.api.baseUrl, order, n);
    await faults.stack.redis.kill('SIGKILL');
    await eventually(async () => {
      const { body } = await one.api.get('/health');
      expect(body.details.tracking).toMatchObject({ degraded: true, sockets: 1, ordersFollowed: ORDERS });
    });
    for (let n = half + 1; n < POSITIONS; n++)
      for (const order of orders) await report(other.api.baseUrl, order, n);
    await eventually(() => {
      for (const order of orders)
        expect(events.filter((event) => event.order === order).at(-1)?.position?.at).toBe(
          positionAt(POSITIONS - 1).at,
        );
    });
    await faults.stack.redis.restart();
    await eventually(async () => {
      for (const { api } of [one, other])
        expect((await api.get('/health')).body.details.tracking).toMatchObject({ degraded: false });
    }, 60_000);
    for (const order of orders) {
      await report(other.api.baseUrl, order, POSITIONS);
      await other.api.as(operator).post(`/api/transport-orders/${order}/status`, { status: 'DELIVERED' });
    }
    await expectWhole(events, orders);
  });

  it('SIGTERM: every client is told to come back, each at another time, and the process ends by itself', async () => {
    const service = await Service.start({ ...faults.env, ROLE: 'tracking' });
    services.push(service);
    expect((await service.api.get('/api/plans')).status).toBe(404); // it serves sockets and probes alone
    const sockets = await Promise.all(
      Array.from({ length: 20 }, () => TrackingSocket.open(service.api.baseUrl, shopKey)),
    );
    expect(await service.kill('SIGTERM')).toBe(0);
    const waits: number[] = [];
    for (const socket of sockets) {
      expect((await socket.end()).code).toBe(1012);
      waits.push((await socket.message('reconnect'))['afterMs'] as number);
    }
    expect(new Set(waits).size).toBeGreaterThan(10);
    expect(service.logs().filter(({ level }) => level === 'error')).toEqual([]);
  });
});

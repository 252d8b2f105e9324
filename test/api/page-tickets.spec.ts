import { createHash } from 'node:crypto';
import { startTestApp, type TestApp } from '../support/app.js';
import { expectProblem } from '../support/problem.js';
import { PageClient, tokenIn } from '../support/page-client.js';
import { movingOrder, positionAt } from '../support/tracking.js';
import { TrackingSocket } from '../support/tracking-socket.js';

const PAGE = '/admin/tracking';
const TICKET = '/admin/tracking/ticket';

describe('tickets with which pages open sockets', () => {
  let test: TestApp;
  let operator: PageClient;
  const open: TrackingSocket[] = [];
  beforeAll(async () => {
    test = await startTestApp({ TRACKING_PING_MS: '1000' });
    operator = await new PageClient(test.baseUrl).login();
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });
  afterAll(() => test.close());

  const tickets = () => test.db.collection<{ _id: string; expiresAt: Date }>('session_tickets');
  const hashOf = (ticket: string) => createHash('sha256').update(ticket).digest('hex');
  async function newTicket(of = operator): Promise<string> {
    const { status, text } = await of.submit(PAGE, TICKET);
    expect(status).toBe(201);
    return (JSON.parse(text) as { token: string }).token;
  }
  async function connect(token: string): Promise<TrackingSocket> {
    const socket = await TrackingSocket.open(test.baseUrl);
    open.push(socket);
    socket.send({ type: 'authenticate', token });
    return socket;
  }
  async function expectRefused(ticket: string): Promise<void> {
    const socket = await connect(ticket);
    expect(await socket.message('error')).toMatchObject({ code: 'unauthenticated' });
    expect((await socket.end()).code).toBe(4401);
  }

  it('let the operator follow any order', async () => {
    const moving = await movingOrder(test);
    const socket = await connect(await newTicket());
    const { principal } = await socket.message('welcome');
    const { _id } = (await test.db.collection('users').findOne({ email: 'admin@example.com' }))!;
    expect(principal).toBe(`account:${String(_id)}`);
    await socket.follow([{ order: moving.id }]);
    await moving.carrier.api.post(`${moving.path}/positions`, { positions: [positionAt(1)] });
    expect(await socket.message('position')).toMatchObject({ order: moving.id, position: positionAt(1) });
  });

  it('are stored as a hash, for a minute', async () => {
    const ticket = await newTicket();
    const stored = await tickets().findOne({ _id: hashOf(ticket) });
    const left = stored!.expiresAt.getTime() - Date.now();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
    expect(JSON.stringify(stored)).not.toContain(ticket);
  });

  it('open one socket, also when two ask at once', async () => {
    const ticket = await newTicket();
    const both = await Promise.all([connect(ticket), connect(ticket)]);
    const answers = await Promise.all(
      both.map((socket) => Promise.race([socket.message('welcome'), socket.message('error')])),
    );
    expect(answers.map(({ type }) => type as string).sort()).toEqual(['error', 'welcome']);
    await expectRefused(ticket);
  });

  it('are of no use after a minute', async () => {
    const ticket = await newTicket();
    await tickets().updateOne({ _id: hashOf(ticket) }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    await expectRefused(ticket);
  });

  it('cannot be made up', async () => {
    const ticket = await newTicket();
    await expectRefused(`${ticket.slice(0, -1)}${ticket.endsWith('A') ? 'B' : 'A'}`);
    await connect(ticket).then((socket) => socket.message('welcome'));
  });

  it('are no credentials of the API', async () => {
    const ticket = await newTicket();
    expectProblem(await test.anonymous.as(ticket).get('/api/transport-orders'), 401, 'unauthenticated');
  });

  it('end with the session they came from', async () => {
    const session = await new PageClient(test.baseUrl).login();
    const [unused, used] = [await newTicket(session), await newTicket(session)];
    const socket = await connect(used);
    await socket.message('welcome');
    expect((await session.submit(PAGE, '/admin/logout')).status).toBe(303);
    await expectRefused(unused);
    expect((await socket.end()).code).toBe(4401);
    expect(socket.of('error').at(-1)).toMatchObject({ code: 'unauthenticated' });
  });

  it('outlive a ping of a session in force', async () => {
    const socket = await connect(await newTicket());
    await socket.message('welcome');
    for (let pings = 0; pings < 2; pings++)
      await new Promise((resolve) => socket.socket.once('ping', resolve));
    socket.send({ type: 'ping', ref: 'on' });
    await socket.message('pong', { ref: 'on' });
  });

  it('are given to pages of the session only', async () => {
    const _token = tokenIn(await operator.get(PAGE));
    expect((await operator.post(TICKET, {})).status).toBe(403);
    expect((await operator.post(TICKET, { _token }, { origin: 'https://evil.example' })).status).toBe(403);
    const stranger = await new PageClient(test.baseUrl).post(TICKET, { _token });
    expect([stranger.status, stranger.headers.get('location')]).toEqual([303, '/admin/login']);
  });
});

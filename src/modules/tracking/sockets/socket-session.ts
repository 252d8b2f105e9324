import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { AppError } from '../../../kernel/errors.js';
import type { Principal } from '../../../platform/http/access.js';
import { reportError } from '../../../platform/observability/error-reports.js';
import { requestContext } from '../../../platform/observability/request-context.js';
import type { Admission } from '../../identity/index.js';
import { parseMessage, refOf, type ClientMessage, type Report } from './client-messages.js';
import { CLOSE } from './close-codes.js';
import { SendBuffer, type SendCounts } from './send-buffer.js';
import { errorMessage, serverMessage } from './server-messages.js';
import { Subscriptions, type SubscriptionParts } from './subscriptions.js';
import type { PositionsService } from '../positions/positions.service.js';

/** Of one socket that are worked on at once; beyond, it is not read from. */
const MOST_AT_ONCE = 64;
/** Orders that are looked up at once for one message. */
const ORDERS_AT_ONCE = 20;

export interface SessionParts extends SubscriptionParts {
  positions: PositionsService;
  /** Whose token this is from this address; undefined when it is not in force. @throws AppError `ip_not_allowed` */
  admit: (token: string, ip: string) => Promise<Admission | undefined>;
  /** Counts a message. @throws AppError `rate_limited` */
  assertRate: (session: string) => void;
  counts: SendCounts;
  pingMs: number;
}

/** One socket: who is there, what it follows, what it says. */
export class SocketSession {
  readonly since = performance.now();
  readonly buffer: SendBuffer;
  /** When it was last heard of. */
  lastHeard = performance.now();
  /** When it was last asked, and its credentials looked at. Sockets that open together are not asked together. */
  lastPing: number;
  private again: Admission['again'] | undefined;
  private principal: Principal | undefined;
  private subscriptions: Subscriptions | undefined;
  private atOnce = 0;
  /** What an order, or the socket itself, is busy with: the next of it waits. */
  private readonly lines = new Map<string, Promise<void>>();

  constructor(
    readonly id: string,
    readonly ip: string,
    private readonly socket: WebSocket,
    wire: Duplex,
    private readonly parts: SessionParts,
  ) {
    this.lastPing = this.since - Math.random() * parts.pingMs;
    this.buffer = new SendBuffer(socket, wire, parts.counts, () => {
      this.terminate();
    });
    socket.on('message', (data, isBinary) => {
      this.hear(data, isBinary);
    });
    socket.on('pong', () => (this.lastHeard = performance.now()));
    socket.on('ping', () => (this.lastHeard = performance.now()));
    socket.on('error', () => undefined); // 'close' follows
    socket.once('close', () => this.subscriptions?.clear());
  }

  get authenticated(): boolean {
    return this.principal !== undefined;
  }

  /** Takes the token that came with the upgrade. */
  begin(token: string): void {
    this.enqueue('', () => this.authenticate(token, undefined));
  }

  ping(): void {
    this.lastPing = performance.now();
    this.socket.ping();
    const { again } = this;
    if (again) this.enqueue('', () => this.reAuthenticate(again));
  }

  send(text: string): void {
    this.buffer.answer(text);
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  private hear(data: RawData, isBinary: boolean): void {
    this.lastHeard = performance.now();
    if (isBinary) {
      this.close(CLOSE.unsupported, 'Messages are JSON text');
      return;
    }
    const text = (data as Buffer).toString('utf8');
    try {
      this.parts.assertRate(this.id);
      const message = parseMessage(text);
      if (!this.principal && message.type !== 'authenticate' && this.lines.size === 0)
        throw new AppError('unauthenticated', 'The first message is `authenticate`.');
      // positions of many orders are independent; everything else goes one after another
      this.enqueue(message.type === 'position' ? message.order : '', () => this.handle(message));
    } catch (error) {
      this.send(errorMessage(error, { ref: refOf(text) }));
      this.pauseWhileFull();
    }
  }

  /** Runs work behind what the same line is busy with; the socket is not read from while too much runs. */
  private enqueue(line: string, work: () => Promise<void>): void {
    this.atOnce++;
    this.pauseWhileFull();
    const context = {
      requestId: this.id,
      ip: this.ip,
      ...(this.principal ? { principal: this.principal.id } : {}),
    };
    const before = this.lines.get(line) ?? Promise.resolve();
    const done = before
      .then(() => requestContext.run(context, work))
      .catch((error: unknown) => {
        reportError(error);
        this.send(errorMessage(error));
      })
      .finally(() => {
        this.atOnce--;
        if (this.lines.get(line) === done) this.lines.delete(line);
        this.pauseWhileFull();
      });
    this.lines.set(line, done);
  }

  /** Who does not read its answers, or says more than can be worked on, is not listened to. */
  private pauseWhileFull(): void {
    const full = this.atOnce >= MOST_AT_ONCE || this.buffer.isFull;
    if (full && !this.socket.isPaused) this.socket.pause();
    else if (!full && this.socket.isPaused) this.socket.resume();
  }

  /** Looks again whether a paused socket may be read. */
  tick(): void {
    this.pauseWhileFull();
  }

  private async handle(message: ClientMessage): Promise<void> {
    if (message.type === 'authenticate') return this.authenticate(message.token, message.ref);
    const { principal, subscriptions } = this;
    const { ref } = message;
    if (!principal || !subscriptions) {
      const error = new AppError('unauthenticated', 'The first message is `authenticate`.');
      this.send(errorMessage(error, { ref }));
      return;
    }
    switch (message.type) {
      case 'ping':
        this.send(serverMessage('pong', { ref }));
        return;
      case 'position':
        return this.report(principal, message, ref);
      case 'unsubscribe':
        for (const order of message.orders) {
          subscriptions.remove(order);
          this.send(serverMessage('unsubscribed', { ref, order, reason: 'requested' }));
        }
        return;
      case 'subscribe':
        return this.subscribe(subscriptions, message.orders, ref);
    }
  }

  private async subscribe(
    subscriptions: Subscriptions,
    orders: { order: string; lastEventId?: number }[],
    ref: string | undefined,
  ): Promise<void> {
    try {
      subscriptions.assertRoom(orders.map(({ order }) => order));
    } catch (error) {
      this.send(errorMessage(error, { ref }));
      return;
    }
    const wanted = [...new Map(orders.map((one) => [one.order, one])).values()];
    for (let at = 0; at < wanted.length; at += ORDERS_AT_ONCE) {
      if (this.socket.readyState !== this.socket.OPEN) return;
      await Promise.all(
        wanted.slice(at, at + ORDERS_AT_ONCE).map(({ order, lastEventId }) =>
          subscriptions.add(order, lastEventId, ref).catch((error: unknown) => {
            this.send(errorMessage(error, { ref, order }));
          }),
        ),
      );
    }
    if (this.socket.readyState !== this.socket.OPEN) subscriptions.clear();
  }

  private async report(principal: Principal, report: Report, ref: string | undefined): Promise<void> {
    const { order, at, coordinates, speed = null, heading = null, accuracy = null } = report;
    try {
      const position = { at: new Date(at), coordinates, speed, heading, accuracy };
      const { id } = await this.parts.positions.report(principal, order, position);
      this.send(serverMessage('accepted', { ref, order, id }));
    } catch (error) {
      if (!(error instanceof AppError)) reportError(error);
      this.send(errorMessage(error, { ref, order }));
    }
  }

  private async authenticate(token: string, ref: string | undefined): Promise<void> {
    const admission = await this.inForce(() => this.parts.admit(token, this.ip));
    if (!admission) return;
    const { principal, again } = admission;
    if (this.principal && this.principal.id !== principal.id) {
      const error = new AppError(
        'forbidden',
        "This socket is another caller's; open one for these credentials.",
      );
      this.send(errorMessage(error, { ref }));
      return;
    }
    this.again = again;
    this.permit(principal);
    this.send(serverMessage('welcome', { ref, principal: principal.id, pingMs: this.parts.pingMs }));
  }

  private async reAuthenticate(again: Admission['again']): Promise<void> {
    const principal = await this.inForce(again);
    if (principal && principal !== this.principal) this.permit(principal);
  }

  private permit(principal: Principal): void {
    this.principal = principal;
    if (this.subscriptions) this.subscriptions.rePermit(principal);
    else this.subscriptions = new Subscriptions(this.parts, this.buffer, principal);
  }

  /** What is found by credentials; who has none in force is told so and let go. */
  private async inForce<T>(find: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      const found = await find();
      if (found !== undefined) return found;
      throw new AppError('unauthenticated', 'The credentials are not valid or no longer in force.');
    } catch (error) {
      if (!(error instanceof AppError)) {
        // the database is away: who is known stays for now, who is new may try again
        if (this.principal) return undefined;
        throw error;
      }
      this.send(errorMessage(error));
      this.close(CLOSE.unauthenticated, error.code);
      return undefined;
    }
  }
}

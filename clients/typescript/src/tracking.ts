import type { TransportOrderDto } from './generated/index.js';

export type TransportStatus = TransportOrderDto['status'];

/** What is known of an order. */
export interface TrackingState {
  status: TransportStatus;
  position: {
    at: string;
    /** Longitude, latitude. */
    coordinates: [number, number];
    speed: number | null;
    heading: number | null;
    accuracy: number | null;
  } | null;
  remainingMetres: number | null;
  eta: string | null;
}

/** An order is somewhere else, or a step further. */
export interface TrackingEvent extends TrackingState {
  type: 'position' | 'status';
  order: string;
  /** Counts up in each order. */
  id: number;
  at: string;
  /** Of a step. */
  note?: string;
}

export interface TrackingOptions {
  /** Where the API is, without a path: `https://api.example.com`. */
  baseUrl: string;
  /** An API key or access token that is in force; asked before each connection. */
  token: () => string | Promise<string>;
  onEvent: (event: TrackingEvent) => void;
  /** The latest state, when following begins or something between was missed (`resumed` is false). */
  onState?: (order: string, state: TrackingState, resumed: boolean) => void;
  /** What could not be done: an order that is not there, credentials that are not in force. */
  onError?: (error: { code: string; detail: string; order?: string }) => void;
  /** Instead of the platform's own (Node has it from version 22). */
  WebSocket?: typeof WebSocket;
  /** Longest wait before another try, in milliseconds; by default 30 000. */
  longestWaitMs?: number;
}

interface Message extends Partial<Omit<TrackingEvent, 'type'>> {
  type: string;
  resumed?: boolean;
  lastEventId?: number;
  afterMs?: number;
  code?: string;
  detail?: string;
}

const FIRST_WAIT_MS = 500;
const PING_MS = 25_000;
/** Twice a ping and a bit without a word: the connection is gone though nobody said so. */
const SILENCE_MS = 60_000;
const UNAUTHENTICATED = 4401;
/** Orders in one message. */
const ORDERS_AT_ONCE = 100;

/**
 * Follows transport orders over any break of the connection: it comes back after a wait that differs for each client, and
 * resumes behind the last event of each order. Each event is told once, in the order of its order.
 */
export class Tracking {
  /** The last event of each followed order; undefined before the first. */
  private readonly orders = new Map<string, number | undefined>();
  private socket: WebSocket | undefined;
  private welcome = false;
  private tries = 0;
  private refusals = 0;
  private afterMs: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private alive: ReturnType<typeof setInterval> | undefined;
  private heard = 0;
  private closed = false;

  constructor(private readonly options: TrackingOptions) {
    void this.connect();
  }

  /** Follows an order, from behind an event that is known already if given. */
  follow(order: string, lastEventId?: number): void {
    this.orders.set(order, lastEventId);
    if (this.welcome) this.subscribe([order]);
  }

  unfollow(order: string): void {
    this.orders.delete(order);
    if (this.welcome) this.send({ type: 'unsubscribe', orders: [order] });
  }

  /** Follows nothing any more. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.forget();
  }

  private async connect(): Promise<void> {
    try {
      const token = await this.options.token();
      if (this.closed) return;
      const Socket = this.options.WebSocket ?? WebSocket;
      const socket = new Socket(
        `${this.options.baseUrl.replace(/^http/, 'ws')}/tracking`,
        'entrepot.tracking.v1',
      );
      this.socket = socket;
      this.heard = Date.now();
      socket.onopen = () => {
        this.send({ type: 'authenticate', token });
      };
      socket.onmessage = ({ data }: MessageEvent) => {
        if (socket === this.socket) this.hear(JSON.parse(String(data)) as Message);
      };
      socket.onclose = ({ code }: CloseEvent) => {
        if (socket === this.socket) this.comeBack(code);
      };
      this.alive = setInterval(() => {
        this.assertAlive();
      }, PING_MS);
    } catch {
      this.comeBack(undefined); // no token could be had just now
    }
  }

  private hear(message: Message): void {
    this.heard = Date.now();
    const { type, order, id } = message;
    if (type === 'welcome') this.begin();
    else if (type === 'reconnect') this.afterMs = message.afterMs;
    else if (type === 'error') this.refused(message);
    else if (type === 'unsubscribed' && order !== undefined) this.left(order);
    else if (type === 'subscribed' && order !== undefined) this.subscribed(order, message);
    else if ((type === 'position' || type === 'status') && order !== undefined && id !== undefined) {
      if (!this.orders.has(order) || id <= (this.orders.get(order) ?? 0)) return;
      this.orders.set(order, id);
      this.options.onEvent(message as unknown as TrackingEvent);
    }
  }

  private begin(): void {
    this.welcome = true;
    this.tries = 0;
    this.refusals = 0;
    this.subscribe([...this.orders.keys()]);
  }

  private subscribe(orders: string[]): void {
    for (let at = 0; at < orders.length; at += ORDERS_AT_ONCE) {
      const part = orders.slice(at, at + ORDERS_AT_ONCE).map((order) => {
        const lastEventId = this.orders.get(order);
        return lastEventId === undefined ? { order } : { order, lastEventId };
      });
      this.send({ type: 'subscribe', orders: part });
    }
  }

  private subscribed(order: string, message: Message): void {
    if (!this.orders.has(order)) return;
    const resumed = message.resumed ?? false;
    // what is resumed follows; else the state stands for all until then
    if (!resumed) this.orders.set(order, message.lastEventId);
    const { status, position, remainingMetres, eta } = message as unknown as TrackingState;
    this.options.onState?.(order, { status, position, remainingMetres, eta }, resumed);
  }

  private left(order: string): void {
    if (!this.orders.delete(order)) return; // as asked
    this.options.onError?.({
      code: 'transport_order_not_found',
      detail: 'The order is not yours to see.',
      order,
    });
  }

  private refused({ code = 'internal_error', detail = '', order }: Message): void {
    if (order !== undefined && code === 'transport_order_not_found') this.orders.delete(order);
    if (code === 'unauthenticated') return; // told when it is the second time
    this.options.onError?.({ code, detail, ...(order === undefined ? {} : { order }) });
  }

  private comeBack(code: number | undefined): void {
    this.forget();
    if (this.closed) return;
    if (code === UNAUTHENTICATED && ++this.refusals > 1) {
      this.closed = true;
      this.options.onError?.({ code: 'unauthenticated', detail: 'The credentials are not in force.' });
      return;
    }
    const ceiling = Math.min(FIRST_WAIT_MS * 2 ** this.tries++, this.options.longestWaitMs ?? 30_000);
    const wait = this.afterMs ?? Math.random() * ceiling;
    this.afterMs = undefined;
    this.timer = setTimeout(
      () => void this.connect(),
      Math.min(wait, this.options.longestWaitMs ?? Infinity),
    );
  }

  private assertAlive(): void {
    if (Date.now() - this.heard > SILENCE_MS) this.comeBack(undefined);
    else this.send({ type: 'ping' });
  }

  private forget(): void {
    clearInterval(this.alive);
    this.welcome = false;
    const socket = this.socket;
    this.socket = undefined;
    socket?.close();
  }

  private send(message: object): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message));
  }
}

import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { eventually } from './eventually.js';

type Message = Record<string, any>;

/** A tracking socket as a client has it, with everything it was sent. */
export class TrackingSocket {
  readonly messages: Message[] = [];
  closed: { code: number; reason: string } | undefined;
  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.messages.push(JSON.parse((data as Buffer).toString()) as Message));
    socket.once('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    socket.on('error', () => undefined);
  }

  /** Opens a socket and, with a token, says who is there. */
  static async open(baseUrl: string, token?: string, options: ClientOptions = {}): Promise<TrackingSocket> {
    const socket = new WebSocket(`${baseUrl.replace(/^http/, 'ws')}/tracking`, options);
    const made = new TrackingSocket(socket);
    await once(socket, 'open');
    if (token !== undefined) {
      made.send({ type: 'authenticate', token });
      await made.message('welcome');
    }
    return made;
  }

  /** What a refused upgrade is answered. */
  static async refused(
    baseUrl: string,
    options: ClientOptions = {},
  ): Promise<{ status: number | undefined; body: Message }> {
    const socket = new WebSocket(`${baseUrl.replace(/^http/, 'ws')}/tracking`, options);
    socket.on('error', () => undefined);
    const [request, response] = (await once(socket, 'unexpected-response')) as [
      { destroy(): void },
      import('node:http').IncomingMessage,
    ];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    request.destroy();
    return { status: response.statusCode, body: JSON.parse(text) as Message };
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Messages of a type, of one order if given. */
  of(type: string, order?: string): Message[] {
    return this.messages.filter(
      (message) => message['type'] === type && (order === undefined || message['order'] === order),
    );
  }

  /** The first message of a type that fits, once it is there. */
  async message(type: string, fits: object = {}): Promise<Message> {
    return eventually(() => {
      const found = this.of(type).find((message) =>
        Object.entries(fits).every(([name, value]) => message[name] === value),
      );
      if (!found) throw new Error(`no ${type} in ${JSON.stringify(this.messages.slice(-5))}`);
      return found;
    });
  }

  /** Follows orders, and gives what is said of the last. */
  async follow(orders: { order: string; lastEventId?: number }[]): Promise<Message> {
    const ref = `follow-${this.messages.length}-${orders.length}`;
    this.send({ type: 'subscribe', ref, orders });
    return eventually(() => {
      const told = [...this.of('subscribed'), ...this.of('error')].filter(
        (message) => message['ref'] === ref,
      );
      const last = told.at(-1);
      if (!last || told.length < orders.length) throw new Error(`told of ${told.length}`);
      return last;
    });
  }

  /** The numbers of the events of an order, as they came. */
  ids(order: string): number[] {
    return this.messages
      .filter(
        (message) => message['order'] === order && /^(position|status)$/.test(message['type'] as string),
      )
      .map(({ id }) => id as number);
  }

  async end(): Promise<{ code: number; reason: string }> {
    return eventually(() => {
      if (!this.closed) throw new Error('not closed');
      return this.closed;
    });
  }

  close(): void {
    this.socket.terminate();
  }
}

// One socket of /tracking, opened again whenever it ends (docs/tracking.md).
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Follows orders. `handlers`: ticket(), onEvent(message), onGone(order), onState(text, isLive). */
export class TrackingFeed {
  #socket;
  #welcome = false;
  #tries = 0;
  #heard = 0;
  #watch;
  /** Wait until then, as a stopping instance asked. */
  #afterMs;
  /** By id, the last event that is known of each order. */
  #wanted = new Map();
  #followed = new Set();

  constructor(url, handlers) {
    this.url = url;
    this.handlers = handlers;
  }

  /** From now on these orders, `{ id, lastEventId }`, and no others. */
  follow(orders) {
    const gone = [...this.#wanted.keys()].filter((id) => !orders.some((order) => order.id === id));
    for (const id of gone) this.#wanted.delete(id);
    for (const { id, lastEventId } of orders) if (!this.#wanted.has(id)) this.#wanted.set(id, lastEventId);
    if (!this.#welcome) return;
    const left = gone.filter((id) => this.#followed.delete(id));
    if (left.length > 0) this.#send({ type: 'unsubscribe', orders: left });
    this.#subscribe();
  }

  async open() {
    try {
      const token = await this.handlers.ticket();
      const socket = new WebSocket(this.url, 'entrepot.tracking.v1');
      this.#socket = socket;
      this.#heard = Date.now();
      socket.onopen = () => this.#send({ type: 'authenticate', token });
      socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
      socket.onclose = () => this.#reopen();
    } catch {
      this.#reopen();
    }
  }

  #hear(message) {
    this.#heard = Date.now();
    const { type, order } = message;
    if (type === 'welcome') {
      this.#welcome = true;
      this.#tries = 0;
      this.#watchFor(message.pingMs);
      this.#subscribe();
      this.handlers.onState('Live', true);
    } else if (type === 'reconnect') this.#afterMs = message.afterMs;
    else if (type === 'unsubscribed' && message.reason !== 'requested') {
      this.#followed.delete(order);
      this.#wanted.delete(order);
      this.handlers.onGone(order);
    } else if (type === 'subscribed' || type === 'position' || type === 'status') {
      if (this.#wanted.has(order)) this.#wanted.set(order, message.id ?? message.lastEventId);
      this.handlers.onEvent(message);
    }
  }

  /** Scripts do not see the server's pings: a line that is dead is found by asking. */
  #watchFor(pingMs) {
    clearInterval(this.#watch);
    this.#watch = setInterval(() => {
      if (Date.now() - this.#heard > 2 * pingMs) this.#socket.close();
      else this.#send({ type: 'ping' });
    }, pingMs);
  }

  #subscribe() {
    const missing = [...this.#wanted].filter(([id]) => !this.#followed.has(id));
    if (missing.length === 0) return;
    for (const [id] of missing) this.#followed.add(id);
    const orders = missing.map(([order, lastEventId]) => ({ order, lastEventId }));
    this.#send({ type: 'subscribe', orders });
  }

  /** Comes back after a time that differs for each page, and doubles with each try. */
  #reopen() {
    clearInterval(this.#watch);
    this.#welcome = false;
    this.#followed.clear();
    this.handlers.onState('Not live: connecting again', false);
    const backOff = Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** ++this.#tries);
    setTimeout(() => void this.open(), this.#afterMs ?? backOff);
    this.#afterMs = undefined;
  }

  #send(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

// The page of moving orders: the list is the server's, what moves comes over the tracking socket.
const EVERY_MS = 30_000; // orders that set out are found this often
const AGE_EVERY_MS = 5_000;
const SPANS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });

const page = document.querySelector('.tracking');
const list = document.getElementById('orders');
const live = document.getElementById('live');
/** What is known of each order of the list. */
const orders = new Map();
let isLive = false;

const ago = (iso) => {
  if (!iso) return '–';
  const ms = Date.parse(iso) - Date.now();
  const [unit, span] = SPANS.find(([, length]) => Math.abs(ms) >= length) ?? SPANS[3];
  return relative.format(Math.trunc(ms / span), unit);
};
const word = (status) => status.toLowerCase().replaceAll('_', ' ');

/** The lines under a marker's name. */
function told({ status, position, eta }) {
  const [at, arrives] = [position ? ` · ${ago(position.at)}` : '', eta ? `arrives ${ago(eta)}` : ''];
  return [word(status) + at, arrives];
}

function tell(item, field, text, title = '') {
  const target = item.querySelector(`[data-field=${field}]`);
  target.textContent = text;
  target.title = title;
}

function show() {
  for (const item of list.querySelectorAll('[data-order]')) {
    const { status, position, eta } = orders.get(item.id.slice('order-'.length));
    tell(item, 'status', word(status));
    tell(item, 'at', ago(position?.at), position?.at);
    tell(item, 'eta', ago(eta), eta ?? '');
  }
  map.show([...orders.values()].map((order) => ({ ...order, told: told(order) })));
}

/** Takes the orders of the list; of those the socket told of that stays, as long as it is open. */
function readList() {
  const known = new Map(orders);
  orders.clear();
  for (const { dataset } of list.querySelectorAll('[data-order]')) {
    const order = JSON.parse(dataset.order);
    const before = known.get(order.id);
    const { lastEventId } = before ?? {};
    const { status, position, eta } = isLive && lastEventId !== undefined ? before : order;
    orders.set(order.id, { ...order, status, position, eta, lastEventId });
  }
  feed.follow([...orders.values()]);
  show();
}

async function readAgain() {
  const response = await fetch(list.dataset.part, { headers: { accept: 'text/html' } });
  if (response.redirected) location.reload(); // the session has ended: the page itself leads to the login
  if (!response.ok) return;
  const text = await response.text();
  if (!list.contains(document.activeElement)) list.innerHTML = text;
  readList();
}
/** Soon, and once for all who ask until then. */
const AGAIN_MS = 1_000;
let asked;
function again() {
  asked ??= setTimeout(() => {
    asked = undefined;
    readAgain().catch(() => undefined); // the next time comes
  }, AGAIN_MS);
}

/** With the next picture of the screen: many positions a second are one. */
let drawing;
function draw() {
  drawing ??= requestAnimationFrame(() => {
    drawing = undefined;
    show();
  });
}

/** A ticket for one socket. @throws Error when none was given */
async function ticket() {
  const body = new URLSearchParams({ _token: page.dataset.token });
  const response = await fetch('/admin/tracking/ticket', { method: 'POST', body });
  if (response.redirected) location.reload();
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()).token;
}

function onEvent(event) {
  const order = orders.get(event.order);
  const id = event.id ?? event.lastEventId;
  if (!order || id < (order.lastEventId ?? 0)) return;
  const { status, position, eta } = event;
  orders.set(event.order, { ...order, status, position: position ?? order.position, eta, lastEventId: id });
  draw();
  if (event.type === 'status') again(); // it may have arrived
}

const { TrackingMap } = await import(page.dataset.map);
const { TrackingFeed } = await import(page.dataset.feed);
const atlas = await (await fetch(page.dataset.atlas)).json();
const map = new TrackingMap(document.getElementById('map'), atlas);
const feed = new TrackingFeed(new URL(page.dataset.socket, location.href.replace(/^http/, 'ws')), {
  ticket,
  onEvent,
  onGone: again,
  onState: (text, on) => {
    isLive = on;
    live.textContent = text;
    page.toggleAttribute('data-stale', !on);
  },
});
readList();
feed.open();
addEventListener('resize', draw);
setInterval(draw, AGE_EVERY_MS);
setInterval(() => document.hidden || again(), EVERY_MS);

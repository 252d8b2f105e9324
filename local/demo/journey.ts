// What an order goes through, over HTTP alone: bought, paid, handed to a carrier, delivered. `npm run cli -- demo:journey`
// tells it of the running quickstart, test/journeys/order-to-delivery.spec.ts of servers of its own.

/** Who the story is told of. */
export interface Stage {
  readonly baseUrl: string;
  readonly shop: string;
  readonly apiKey: string;
  /** Of an operator, who speaks for the carriers, too. */
  readonly adminToken: string;
}

interface Thing {
  [field: string]: any; // the answers of an API that is described elsewhere
}

const DAY_MS = 86_400_000;
const PATIENCE_MS = 60_000;
const CARRIERS = [
  { name: 'Elbe Freight', perKg: '90', transitHours: 48 },
  { name: 'Polar Express', perKg: '140', transitHours: 24 },
] as const;
const BERLIN = [13.405, 52.52] as const;
const HAMBURG = [9.9937, 53.5511] as const;

/** Plays the journey and tells each step in a line. Gives the order as it is in the end. */
export async function journey(stage: Stage, tell: (line: string) => void): Promise<Thing> {
  const merchant = caller(stage.baseUrl, stage.apiKey);
  const operator = caller(stage.baseUrl, stage.adminToken);
  const base = `/api/shops/${stage.shop}`;
  let steps = 0;
  const step = (what: string, text: string) => {
    tell(`${String(++steps).padStart(2)}. ${what.padEnd(12)} ${text}`);
  };

  const { variantId, title, currency } = await something(merchant, base);
  const level = async () =>
    (await merchant('GET', `${base}/inventory/levels?variantId=${variantId}`)).data[0] as Thing;
  const stock = async () => {
    const { available, held, committed, onHand } = await level();
    return `stock: ${available} available, ${held} held, ${committed} committed, ${onHand} there`;
  };
  await merchant('POST', `${base}/inventory/adjustments`, { variantId, available: 10, reason: 'demo' });
  const order = await merchant('POST', `${base}/orders`, {
    lines: [{ variantId, quantity: 2 }],
    shippingAddress: {
      ...{ name: 'Ada Lovelace', line1: 'Reeperbahn 1', postalCode: '20359' },
      ...{ city: 'Hamburg', country: 'DE' },
    },
  });
  const total = money(order['totals'].total, order['currency']);
  step('Order', `#${order['number']}: 2 × ${title} for ${total}; ${await stock()}`);
  const orderPath = `${base}/orders/${order['id']}`;
  await merchant('POST', `${orderPath}/payments`, {
    ...{ amount: order['totals'].total, currency: order['currency'], reference: `demo-${order['id']}` },
  });
  step('Payment', `${total} paid; ${await stock()}`);

  const names = await carriers(operator, currency);
  const stops = travel();
  const shipment = await merchant('POST', `${orderPath}/shipments`, {
    transport: {
      ...{ transportType: 'parcel', pickup: stops.pickup, delivery: stops.delivery },
      goods: [{ description: title, weightGrams: 2_400 }],
    },
  });
  const transportPath = `/api/transport-orders/${shipment['id']}`;
  const transport = await until(() => merchant('GET', transportPath));
  const { pickup, delivery, reference } = transport;
  step(
    'Fulfilment',
    `transport order ${reference}: ${pickup.city} → ${delivery.city}, ${transport['status']}`,
  );

  const { quotes } = await merchant('POST', '/api/quotes', {
    ...{ transportType: 'parcel', currency, weightGrams: 2_400 },
    stops: [pickup.point, delivery.point],
  });
  const ours = (quotes as Thing[]).filter(({ carrierId }) => names.has(carrierId));
  const priced = ours.map(
    ({ carrierId, price }) => `${names.get(carrierId)} ${money(price.total, currency)}`,
  );
  step('Quotes', priced.join(', '));

  const asked = await merchant('POST', `${transportPath}/offers`, {
    ...{ carrierIds: [ours[0]?.['carrierId']], minutes: 60, rule: 'cheapest', moveOn: true },
  });
  const [first] = asked['data'] as Thing[];
  const firstName = names.get(first?.['carrierId']);
  step('Offer', `${firstName} is asked for ${money(first?.['price'].total, currency)}`);
  await operator('POST', `/api/transport-offers/${first?.['id']}/decline`, { reason: 'No vehicle today' });
  const open = await merchant('GET', `/api/transport-offers?orderId=${shipment['id']}&status=OPEN`);
  const [second] = open['data'] as Thing[];
  const name = names.get(second?.['carrierId']) ?? second?.['carrierId'];
  step(
    'Declined',
    `${firstName}: no vehicle today; ${name} is asked for ${money(second?.['price'].total, currency)}`,
  );
  const taken = await operator('POST', `/api/transport-offers/${second?.['id']}/accept`);
  step('Accepted', `${name} has it for ${money(taken['price'].total, currency)}: ${taken['status']}`);

  const report = (status: string) => operator('POST', `${transportPath}/status`, { status });
  const orderIs = (status: string) =>
    until(async () => {
      const found = await merchant('GET', orderPath);
      if (found['status'] !== status) throw new Error(`The order is ${found['status']}, not ${status}.`);
      return found;
    });
  await report('PICKED_UP');
  await orderIs('shipped');
  step('Pickup', `the order is shipped; ${await stock()}`);
  await report('IN_TRANSIT');
  const track = [1, 2, 3, 4].map((n) => ({
    at: new Date(Date.now() - (4 - n) * 20_000).toISOString(),
    coordinates: BERLIN.map((from, axis) => between(from, HAMBURG[axis] ?? from, n / 5)),
  }));
  await operator('POST', `${transportPath}/positions`, { positions: track });
  const { data: seen } = await merchant('GET', `${transportPath}/positions`);
  const places = (seen as Thing[]).map(({ coordinates }) => (coordinates as number[]).join(', ')).reverse();
  step('On its way', `seen at ${places.join(' → ')}`);
  await report('DELIVERED');
  const arrived = await orderIs('delivered');
  step(
    'Delivery',
    `the order is delivered; ${(arrived['timeline'] as Thing[]).length} entries in its timeline`,
  );
  return arrived;
}

type Caller = (method: string, path: string, body?: object) => Promise<Thing>;

/** Calls the API and gives the JSON; a refusal is an error with its detail. */
function caller(baseUrl: string, token: string): Caller {
  return async (method, path, body) => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = (await response.json().catch(() => ({}))) as Thing;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer['detail'] ?? ''}`);
    return answer;
  };
}

/** A variant that is for sale. */
async function something(merchant: Caller, base: string) {
  const { data } = await merchant('GET', `${base}/products?status=active&limit=1`);
  const [product] = data as Thing[];
  if (!product) throw new Error('The shop has nothing for sale.');
  const { title, variants, currency } = await merchant('GET', `${base}/products/${product['id']}`);
  return { variantId: variants[0].id as string, title: String(title), currency: String(currency) };
}

/** Two carriers that go all over Germany, made when they are not there; names by id. */
async function carriers(operator: Caller, currency: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const { data } = await operator('GET', '/api/carriers?limit=250');
  for (const { name, perKg, transitHours } of CARRIERS) {
    const known = (data as Thing[]).find((carrier) => carrier['name'] === name);
    const id = known ? String(known['id']) : await newCarrier(operator, name);
    names.set(id, name);
    await operator('POST', `/api/carriers/${id}/pricing-grids`, grid(currency, perKg, transitHours));
  }
  return names;
}

async function newCarrier(operator: Caller, name: string): Promise<string> {
  const { id } = await operator('POST', '/api/organisations', { kind: 'carrier', name });
  await operator('POST', '/api/carriers', {
    ...{ organisationId: id, name, transportTypes: ['parcel'], adrClasses: [] },
    capacity: { weightGrams: 30_000, volumeMillilitres: null, pallets: null },
  });
  const ring = [
    [5, 47],
    [16, 47],
    [16, 56],
    [5, 56],
    [5, 47],
  ];
  const areas = [{ zone: 'DE', area: { type: 'Polygon', coordinates: [ring] } }];
  await operator('PUT', `/api/carriers/${id}/service-areas`, { areas });
  return String(id);
}

function grid(currency: string, perKg: string, transitHours: number): object {
  const brackets = [{ upTo: 30_000, flat: 390, perUnit: perKg }];
  return {
    ...{ transportType: 'parcel', currency, validFrom: '2026-01-01T00:00:00Z' },
    rates: [
      {
        ...{ fromZone: '*', toZone: '*', combine: 'sum', minimum: 0, transitHours },
        charges: [{ basis: 'weight', brackets }],
      },
    ],
    surcharges: [{ code: 'fuel', label: 'Fuel', when: 'always', percent: '8.5', amount: null }],
  };
}

function travel() {
  const at = (days: number, hour: string) =>
    `${new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)}T${hour}:00:00Z`;
  return {
    pickup: {
      ...{
        name: 'Warehouse North',
        address: 'Hafenstraße 1',
        postalCode: '10115',
        city: 'Berlin',
        country: 'DE',
      },
      ...{ point: { type: 'Point', coordinates: BERLIN }, windowFrom: at(1, '08'), windowTo: at(1, '12') },
    },
    delivery: {
      ...{ point: { type: 'Point', coordinates: HAMBURG }, windowFrom: at(2, '08'), windowTo: at(2, '18') },
    },
  };
}

function money(minor: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** A coordinate on the way, as exact as a kilometre. */
function between(from: number, to: number, share: number): number {
  return Number((from + (to - from) * share).toFixed(2));
}

/** Asks until it goes well: what is told by events comes within moments. */
async function until<T>(ask: () => Promise<T>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

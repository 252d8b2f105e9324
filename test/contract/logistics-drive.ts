import type { TestApp } from '../support/app.js';
import { deliveryNote } from '../support/documents.js';
import {
  BERLIN,
  box,
  gridBody,
  HAMBURG,
  newCarrier,
  newClient,
  newOrganisation,
  point,
  profile,
  transport,
  type Party,
} from '../support/logistics.js';
import { transportsCsv } from '../support/transports-csv.js';
import { movingOrder, positionAt, type Moving } from '../support/tracking.js';
import type { Driver } from './drive.js';

/** Calls that succeed for the operations of carriers, prices and transports. */
export function logisticsDrivers(test: TestApp): Record<string, Driver> {
  const { admin } = test;
  let known: Promise<Party> | undefined;
  const carrier = (): Promise<Party> => (known ??= newCarrier(test));
  const path = async (more = ''): Promise<string> => `/api/carriers/${(await carrier()).id}${more}`;
  const grid = async (): Promise<string> => {
    const { headers } = await admin.post(await path('/pricing-grids'), gridBody('10'));
    return headers.get('location') ?? '';
  };

  let sender: Promise<Party> | undefined;
  const client = (): Promise<Party> => (sender ??= newClient(test));
  const order = async (): Promise<string> => {
    const { headers } = await admin.post('/api/transport-orders', transport((await client()).id));
    return headers.get('location') ?? '';
  };
  /** An offer of an order to the known carrier. */
  const offer = async (): Promise<string> => {
    const { id } = await carrier();
    const { body } = await admin.post(`${await order()}/offers`, { carrierIds: [id] });
    return `/api/transport-offers/${body.data[0].id}`;
  };

  let underWay: Promise<Moving> | undefined;
  const moving = (): Promise<Moving> => (underWay ??= movingOrder(test));
  let driven = 0;
  let track: Promise<string> | undefined;
  const tracked = (): Promise<string> =>
    (track ??= movingOrder(test).then(async ({ carrier: mover, path }) => {
      await mover.api.post(`${path}/positions`, { positions: [0, 2, 4].map(positionAt) });
      return path;
    }));
  const assigned = async (): Promise<string> => {
    await carrier();
    const path = await order();
    const { status, text } = await admin.post(`${path}/assign`, { rule: 'cheapest' });
    if (status !== 200) throw new Error(text);
    return path;
  };
  const document = async (): Promise<string> => {
    const { headers } = await admin.upload(`${await assigned()}/documents`, deliveryNote());
    return headers.get('location') ?? '';
  };

  return {
    offerTransportOrder: async () => {
      const { id } = await carrier();
      return (await client()).api.post(`${await order()}/offers`, { carrierIds: [id], minutes: 120 });
    },
    listTransportOffers: (limit) => admin.get(`/api/transport-offers?limit=${limit}`),
    getTransportOffer: async () => admin.get(await offer()),
    acceptTransportOffer: async () => (await carrier()).api.post(`${await offer()}/accept`),
    declineTransportOffer: async () =>
      (await carrier()).api.post(`${await offer()}/decline`, { reason: 'No vehicle on that day' }),
    importTransportOrders: async () =>
      (await client()).api.upload('/api/transport-orders/import', transportsCsv([{}, {}, { note: 'Ring' }])),
    listTransportOrders: (limit) => admin.get(`/api/transport-orders?limit=${limit}`),
    listTransportOrdersNear: (limit) =>
      admin.get(`/api/transport-orders/near?place=13.4,52.5&limit=${limit}`),
    findTransportOrdersWithin: (limit) =>
      admin.post('/api/transport-orders/within', { area: box(5, 47, 16, 56), limit }),
    createTransportOrder: async () =>
      (await client()).api.post('/api/transport-orders', transport((await client()).id)),
    getTransportOrder: async () => admin.get(await order()),
    updateTransportOrder: async () => (await client()).api.patch(await order(), { note: 'Ring at gate 3' }),
    assignTransportOrder: async () => {
      await carrier();
      return (await client()).api.post(`${await order()}/assign`, { rule: 'cheapest' });
    },
    setTransportOrderStatus: async () => admin.post(`${await order()}/status`, { status: 'CANCELLED' }),
    reportPositions: async () => {
      const { carrier: mover, path } = await moving();
      return mover.api.post(`${path}/positions`, {
        positions: [{ ...positionAt(++driven), speed: 22.5, heading: 318, accuracy: 8 }],
      });
    },
    listPositions: async (limit) => admin.get(`${await tracked()}/positions?limit=${limit}`),
    rateTransportOrder: async () => {
      await carrier();
      const path = await order();
      await admin.post(`${path}/assign`, { rule: 'cheapest' });
      for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED'])
        await admin.post(`${path}/status`, { status });
      return (await client()).api.post(`${path}/rating`, { stars: 5 });
    },
    uploadDocument: async () => admin.upload(`${await assigned()}/documents`, deliveryNote()),
    listDocuments: async (limit) => {
      await admin.get(`/api/documents?search=lovelace&limit=${limit}`);
      return admin.get(`/api/documents?limit=${limit}`);
    },
    getDocument: async () => admin.get(await document()),
    downloadDocument: async () => admin.get(`${await document()}/content`),
    deleteDocument: async () => admin.delete(await document()),
    listCarriers: async (limit) => {
      await admin.get(`/api/carriers?limit=${limit}&transportType=ltl`);
      return admin.get(`/api/carriers?limit=${limit}`);
    },
    createCarrier: async () =>
      admin.post('/api/carriers', profile((await newOrganisation(test, 'carrier')).id)),
    getCarrier: async () => admin.get(await path()),
    updateCarrier: async () => (await carrier()).api.patch(await path(), { phone: '+49 30 1234567' }),
    getServiceAreas: async () => admin.get(await path('/service-areas')),
    replaceServiceAreas: async () =>
      (await carrier()).api.call('PUT', await path('/service-areas'), {
        json: { areas: [{ zone: 'DE', area: box(5, 47, 16, 56) }] },
      }),
    listPricingGrids: async (limit) => admin.get(await path(`/pricing-grids?limit=${limit}`)),
    publishPricingGrid: async () => (await carrier()).api.post(await path('/pricing-grids'), gridBody('12')),
    getPricingGrid: async () => admin.get(await grid()),
    withdrawPricingGrid: async () => admin.delete(await grid()),
    quote: async () => {
      await carrier();
      return admin.post('/api/quotes', {
        transportType: 'ltl',
        currency: 'EUR',
        stops: [point(...BERLIN), point(...HAMBURG)],
        weightGrams: 10_000,
      });
    },
  };
}

/** Every filter of the transport orders and offers, alone and in pairs, and both ends of the searches. */
export function transportQueries(): string[] {
  const filters = [
    ...['status=PENDING', 'transportType=ltl', 'pickupCity=Berlin', 'deliveryCity=Hamburg', 'reference=x'],
    ...['clientId=x', 'carrierId=6921b0d2a1f4b0a7c9e01234', 'createdFrom=2020-01-01', 'createdTo=2040-01-01'],
  ];
  const pairs = filters.flatMap((one, at) => filters.slice(at).map((other) => `${one}&${other}`));
  const singles = ['', ...filters, ...pairs.filter((pair) => new Set(pair.split('&')).size === 2)];
  const offers = ['status=OPEN', 'orderId=6921b0d2a1f4b0a7c9e01234', 'carrierId=6921b0d2a1f4b0a7c9e01234'];
  const offerPairs = ['', ...offers].flatMap((one) => offers.map((other) => `${one}&${other}`));
  const documents = ['', 'transportOrderId=6921b0d2a1f4b0a7c9e01234', 'search=note'];
  return [
    ...documents.map((query) => `/api/documents?limit=1&${query}`),
    '/api/documents?limit=1&search=note&transportOrderId=6921b0d2a1f4b0a7c9e01234',
    ...['', ...offerPairs.filter((pair) => new Set(pair.split('&')).size === 2)].map(
      (query) => `/api/transport-offers?limit=1&${query}`,
    ),
    ...singles.map((query) => `/api/transport-orders?limit=1&${query}`),
    ...['pickup', 'delivery'].map((end) => `/api/transport-orders/near?place=9.99,53.55&end=${end}`),
  ];
}

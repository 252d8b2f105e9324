import { AccountsService, MembersService } from '../../src/modules/identity/index.js';
import { expireOffers } from '../../src/modules/transport-orders/offers/offer-expiry.job.js';
import type { TestApp } from './app.js';
import { deliveryNote } from './documents.js';
import type { ApiClient } from './client.js';
import { runJob } from './run-job.js';

const PASSWORD = 'correct horse battery';
let fresh = 0;

/** Somebody of a client or carrier organisation, logged in. */
export interface Party {
  id: string;
  api: ApiClient;
  accessToken: string;
}

/** An organisation with an owner. */
export async function newOrganisation(test: TestApp, kind: 'client' | 'carrier'): Promise<Party> {
  const { body } = await test.admin.post('/api/organisations', { kind, name: `${kind} ${++fresh}` });
  return { id: body.id, ...(await newMember(test, kind, body.id)) };
}

/** Another owner of an organisation, logged in. */
export async function newMember(test: TestApp, kind: 'client' | 'carrier', tenant: string) {
  const accounts = test.app.get(AccountsService);
  const account = await accounts.put(`${kind}-${process.pid}-${++fresh}@example.com`, PASSWORD, kind);
  await test.app.get(MembersService).addOwner({ kind, tenant }, account);
  const { accessToken } = await accounts.login(account.email, PASSWORD);
  return { api: test.anonymous.as(accessToken), accessToken };
}

export const newClient = (test: TestApp): Promise<Party> => newOrganisation(test, 'client');

/** A rectangle from south-west to north-east as a GeoJSON polygon. */
export function box(west: number, south: number, east: number, north: number): object {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}

export const point = (longitude: number, latitude: number): object => ({
  type: 'Point',
  coordinates: [longitude, latitude],
});

export const BERLIN: [number, number] = [13.405, 52.52];
export const HAMBURG: [number, number] = [9.9937, 53.5511];
export const MUNICH: [number, number] = [11.582, 48.1351];

export function profile(organisationId: string, more: object = {}): object {
  return {
    organisationId,
    name: `Carrier ${++fresh}`,
    transportTypes: ['ltl', 'ftl'],
    capacity: { weightGrams: 24_000_000, volumeMillilitres: null, pallets: 33 },
    adrClasses: ['3'],
    ...more,
  };
}

/** Prices by weight: `perKg` minor units a kg for up to a ton, fuel on top. */
export function gridBody(perKg: string, more: object = {}): object {
  return {
    transportType: 'ltl',
    currency: 'EUR',
    rates: [
      {
        fromZone: '*',
        toZone: '*',
        combine: 'sum',
        charges: [{ basis: 'weight', brackets: [{ upTo: 1_000_000, flat: 0, perUnit: perKg }] }],
        minimum: 0,
        transitHours: null,
      },
    ],
    surcharges: [{ code: 'fuel', label: 'Fuel', when: 'always', percent: '10', amount: null }],
    validFrom: '2026-01-01T00:00:00Z',
    ...more,
  };
}

/** Two pallets from Berlin to Hamburg. */
export function transport(clientId: string, more: object = {}): Record<string, unknown> {
  const stop = (city: string, [longitude, latitude]: [number, number], day: string): object => ({
    ...{ name: `Dock ${city}`, address: 'Hafenstraße 1', postalCode: '10115', city, country: 'DE' },
    ...{ point: point(longitude, latitude) },
    ...{ windowFrom: `2026-12-${day}T08:00:00Z`, windowTo: `2026-12-${day}T12:00:00Z` },
  });
  return {
    ...{ clientId, reference: `SHIP-${process.pid}-${++fresh}`, transportType: 'ltl', currency: 'EUR' },
    ...{ pickup: stop('Berlin', BERLIN, '01'), delivery: stop('Hamburg', HAMBURG, '02') },
    goods: [{ description: 'Garments', weightGrams: 420_000, volumeMillilitres: 1_920_000, pallets: 2 }],
    ...more,
  };
}

/** A carrier that goes all over Germany at `perKg` minor units a kg. */
export async function newCarrier(
  test: TestApp,
  {
    perKg = '10',
    area = box(5, 47, 16, 56),
    ...more
  }: { perKg?: string; area?: object } & Record<string, unknown> = {},
): Promise<Party> {
  const carrier = await newOrganisation(test, 'carrier');
  const path = `/api/carriers/${carrier.id}`;
  const answers = [
    await test.admin.post('/api/carriers', profile(carrier.id, more)),
    await carrier.api.call('PUT', `${path}/service-areas`, { json: { areas: [{ zone: 'DE', area }] } }),
    await carrier.api.post(`${path}/pricing-grids`, gridBody(perKg)),
  ];
  for (const { status, text } of answers) if (status >= 300) throw new Error(`${status} ${text}`);
  return carrier;
}

/** Takes transports of a shop through every state and every end of an offer. */
export async function moveThroughEveryState(test: TestApp, shop: string, api: ApiClient): Promise<void> {
  const carrier = await newCarrier(test);
  const call = async (by: ApiClient, path: string, body?: object): Promise<any> => {
    const answer = await by.post(path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
    return answer.body;
  };
  const made = async (more: object): Promise<string> =>
    `/api/transport-orders/${(await call(api, '/api/transport-orders', transport(shop, more))).id}`;
  const asked = async (order: string): Promise<string> =>
    `/api/transport-offers/${(await call(api, `${order}/offers`, { carrierIds: [carrier.id] })).data[0].id}`;
  const order = await made({ draft: true });
  await call(api, `${order}/status`, { status: 'PENDING' });
  await call(carrier.api, `${await asked(order)}/decline`, {});
  await asked(order);
  const over = { $set: { expiresAt: new Date(Date.now() - 1_000) } };
  await test.db.collection('transport_offers').updateOne({ clientId: shop, status: 'OPEN' }, over);
  await runJob(test, expireOffers);
  await call(carrier.api, `${await asked(order)}/accept`);
  for (const status of ['PICKED_UP', 'IN_TRANSIT', 'DELIVERED'])
    await call(carrier.api, `${order}/status`, { status });
  const { status: uploaded } = await carrier.api.upload(`${order}/documents`, deliveryNote());
  if (uploaded !== 201) throw new Error(`The document was refused: ${uploaded}`);
  const failed = await made({});
  await call(api, `${failed}/assign`, { carrierId: carrier.id });
  await call(carrier.api, `${failed}/status`, { status: 'FAILED' });
  await call(api, `${failed}/status`, { status: 'CANCELLED' });
}

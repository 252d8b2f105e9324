import type { TestApp } from '../support/app.js';
import {
  BERLIN,
  box,
  gridBody,
  HAMBURG,
  newCarrier,
  newOrganisation,
  point,
  profile,
  type Party,
} from '../support/logistics.js';
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

  return {
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

import { startTestApp, type TestApp } from '../support/app.js';
import {
  BERLIN,
  box,
  gridBody,
  HAMBURG,
  MUNICH,
  newCarrier,
  newClient,
  newOrganisation,
  point,
  profile,
} from '../support/logistics.js';
import { expectProblem } from '../support/problem.js';
import { stored } from '../support/stored.js';

describe('carriers and their prices', () => {
  let test: TestApp;
  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());
  const areasOf = (id: string) => `/api/carriers/${id}/service-areas`;
  const gridsOf = (id: string) => `/api/carriers/${id}/pricing-grids`;

  it('are made for carrier organisations, once', async () => {
    const { id, api } = await newOrganisation(test, 'carrier');
    const made = await test.admin.post(
      '/api/carriers',
      profile(id, { name: 'Polar', phone: '+49 30 12345' }),
    );
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/carriers/${id}`);
    expect(made.body).toMatchObject({
      id,
      name: 'Polar',
      status: 'active',
      rating: null,
      ratings: 0,
      version: 1,
    });
    expect((await api.get(`/api/carriers/${id}`)).body).toEqual(made.body);
    expectProblem(await test.admin.post('/api/carriers', profile(id)), 409, 'carrier_exists');
    const keyed = { headers: { 'idempotency-key': 'other' } };
    expectProblem(await test.admin.post('/api/carriers', profile(id), keyed), 409, 'carrier_exists');
    const client = await newClient(test);
    expectProblem(await test.admin.post('/api/carriers', profile(client.id)), 400, 'validation_failed');
    expectProblem(await api.post('/api/carriers', profile(id)), 403, 'forbidden');
  });

  it('are changed by their own people; others read', async () => {
    const [own, other] = [await newCarrier(test), await newCarrier(test)];
    const path = `/api/carriers/${own.id}`;
    const seen = await other.api.get(path);
    const changed = await own.api.patch(path, { name: 'New name' }, { headers: { 'if-match': '"1"' } });
    expect(changed.body).toMatchObject({ name: 'New name', version: 2 });
    expect(seen.body.name).not.toBe('New name');
    expect((await other.api.get(path)).body).toEqual(changed.body); // no stale copy
    expectProblem(
      await own.api.patch(path, { name: 'X' }, { headers: { 'if-match': '"1"' } }),
      412,
      'version_mismatch',
    );
    expectProblem(await own.api.patch(path, { status: 'suspended' }), 403, 'forbidden');
    const before = await stored(test.db);
    expectProblem(await other.api.patch(path, { name: 'Taken' }), 403, 'organisation_forbidden');
    expectProblem(
      await other.api.call('PUT', areasOf(own.id), { json: { areas: [] } }),
      403,
      'organisation_forbidden',
    );
    expectProblem(await other.api.post(gridsOf(own.id), gridBody('1')), 403, 'organisation_forbidden');
    expectProblem(await other.api.get(gridsOf(own.id)), 403, 'organisation_forbidden');
    expect(await stored(test.db)).toEqual(before);
    const { apiKey } = await test.newShop();
    expectProblem(await test.anonymous.as(apiKey).get(gridsOf(own.id)), 403, 'organisation_forbidden');
    expect((await test.anonymous.as(apiKey).get(path)).status).toBe(200);
  });

  it('are listed by name, by type', async () => {
    const rail = await newCarrier(test, { name: 'AAA Rail', transportTypes: ['rail', 'ltl'] });
    const { body } = await test.admin.get('/api/carriers?transportType=rail');
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([rail.id]);
    const all = await test.admin.get('/api/carriers');
    expect(all.body.data[0].id).toBe(rail.id);
    expect(all.body.page.total).toBe(all.body.data.length);
    await test.admin.patch(`/api/carriers/${rail.id}`, { status: 'suspended' });
    expect((await test.admin.get('/api/carriers?transportType=rail')).body.data).toEqual([]);
    expect((await test.admin.get('/api/carriers?status=suspended')).body.data).toHaveLength(1);
  });

  describe('bad areas', () => {
    const ring = (...positions: number[][]) => ({ type: 'Polygon', coordinates: [positions] });
    it.each([
      ['crosses itself', ring([0, 0], [2, 2], [2, 0], [0, 2], [0, 0]), /crosses itself/],
      ['is swapped', ring([52, 139], [53, 139], [53, 140], [52, 139]), /longitude comes first/],
      ['is out of range', ring([190, 0], [191, 0], [191, 1], [190, 0]), /beyond ±180/],
      ['is open', ring([0, 0], [1, 0], [1, 1], [0, 1]), /does not end where it begins/],
      ['has three positions', ring([0, 0], [1, 0], [0, 0]), /fewer than four/],
      ['touches itself', ring([0, 0], [1, 0], [1, 1], [1, 0], [0, 0]), /touches itself/],
      ['is wider than half the globe', box(-100, 0, 100, 10), /wider than 180/],
      ['is no list', { type: 'Polygon', coordinates: 'x' }, /list of 1 to/],
      [
        'is a line',
        {
          type: 'LineString',
          coordinates: [
            [0, 0],
            [1, 1],
          ],
        },
        /Polygon/,
      ],
      ['has texts', ring(['a', 'b'] as never, [1, 0], [1, 1], [0, 0]), /longitude, latitude/],
    ])('an area that %s is refused', async (_name, area, message) => {
      const { id, api } = await newCarrier(test);
      const before = await api.get(areasOf(id));
      const answer = await api.call('PUT', areasOf(id), { json: { areas: [{ zone: 'X', area }] } });
      expectProblem(answer, 400, 'validation_failed');
      expect(answer.body.detail).toMatch(message);
      expect((await api.get(areasOf(id))).body).toEqual(before.body);
    });
  });

  describe('grids', () => {
    it('are versions; a repeated request adds one', async () => {
      const { id, api } = await newCarrier(test);
      const keyed = { headers: { 'idempotency-key': `grid-${id}` } };
      const second = await api.post(gridsOf(id), gridBody('20'), keyed);
      expect(second.body).toMatchObject({ carrierId: id, version: 2, withdrawnAt: null });
      expect((await api.post(gridsOf(id), gridBody('20'), keyed)).body).toEqual(second.body);
      const list = await api.get(gridsOf(id));
      expect(list.body.data.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
      expect(list.body.data[0]).not.toHaveProperty('rates');
      expect((await api.get(second.headers.get('location')!)).body).toEqual(second.body);
      const usd = await api.post(gridsOf(id), gridBody('20', { currency: 'USD' }));
      expect(usd.body.version).toBe(1);
    });

    const rateOf = (more: object) => {
      const [rate] = (gridBody('1') as { rates: object[] }).rates;
      return { rates: [{ ...rate, ...more }] };
    };
    const brackets = (...upTo: (number | null)[]) =>
      rateOf({
        charges: [{ basis: 'weight', brackets: upTo.map((end) => ({ upTo: end, flat: 1, perUnit: '0' })) }],
      });
    it.each([
      ['an unknown currency', { currency: 'XQZ' }, 'currency'],
      ['a zone nobody drew', rateOf({ toZone: 'Atlantis' }), 'rates.0.toZone'],
      ['brackets that do not rise', brackets(100, 100), 'rates.0.charges.0.brackets.1.upTo'],
      ['a bracket after the endless one', brackets(null, 100), 'rates.0.charges.0.brackets.1.upTo'],
      ['no charge', rateOf({ charges: [] }), 'rates.0.charges'],
      [
        'a rate in binary',
        rateOf({ charges: [{ basis: 'weight', brackets: [{ upTo: null, flat: 1, perUnit: 0.1 }] }] }),
        /perUnit/,
      ],
      ['a negative minimum', rateOf({ minimum: -1 }), /minimum/],
      ['an end before its start', { validUntil: '2025-01-01T00:00:00Z' }, 'validUntil'],
      [
        'a surcharge of both kinds',
        { surcharges: [{ code: 'x', label: 'X', when: 'always', percent: '1', amount: 1 }] },
        'surcharges.0',
      ],
    ])('with %s are refused', async (_name, more, field) => {
      const { id, api } = await newCarrier(test);
      const answer = await api.post(gridsOf(id), gridBody('1', more));
      expectProblem(answer, 400, 'validation_failed');
      expect(answer.body.errors[0].field).toEqual(
        field instanceof RegExp ? expect.stringMatching(field) : field,
      );
      expect((await api.get(gridsOf(id))).body.page.total).toBe(1);
    });
  });

  describe('quotes', () => {
    const shipment = (more: object = {}) => ({
      transportType: 'ltl',
      currency: 'EUR',
      stops: [point(...BERLIN), point(...HAMBURG)],
      weightGrams: 100_000,
      ...more,
    });
    const quoted = async (more: object = {}) => {
      const { status, body, text } = await test.admin.post('/api/quotes', shipment(more));
      if (status !== 200) throw new Error(`${status} ${text}`);
      return body as { quotes: any[]; unavailable: { carrierId: string; reason: string }[] };
    };
    /** Carriers that no other spec's quotes meet. */
    const alone =
      (currency: string) =>
      async (perKg: string, more: Record<string, unknown> = {}) => {
        const carrier = await newCarrier(test, more);
        await carrier.api.post(gridsOf(carrier.id), gridBody(perKg, { currency }));
        return carrier;
      };

    it('rank carriers, with the price line by line', async () => {
      const make = alone('SEK');
      const [dear, cheap] = [await make('12.5'), await make('9.99')];
      const { quotes } = await quoted({ currency: 'SEK' });
      expect(quotes.map(({ carrierId }) => carrierId)).toEqual([cheap.id, dear.id]);
      expect(quotes[0].price).toMatchObject({
        currency: 'SEK',
        lines: [
          { code: 'weight', amount: 999 },
          { code: 'fuel', amount: 100 },
        ],
        total: 1_099,
        gridVersion: 1,
      });
      // Berlin to Hamburg by great circle
      expect(quotes[0].price.distanceMetres).toBeGreaterThan(254_000);
      expect(quotes[0].price.distanceMetres).toBeLessThan(257_000);
      expect((await quoted({ currency: 'SEK', limit: 1 })).quotes).toHaveLength(1);
    });

    it('tell why a carrier that goes there cannot take it', async () => {
      const make = alone('NOK');
      const small = await make('1', {
        capacity: { weightGrams: 1_000, volumeMillilitres: null, pallets: null },
      });
      const parcel = await make('1', { transportTypes: ['parcel'] });
      const safe = await make('1', { adrClasses: [] });
      const suspended = await make('1');
      const priceless = await newCarrier(test);
      const south = await make('1', { area: box(9, 47, 13, 49) });
      await test.admin.patch(`/api/carriers/${suspended.id}`, { status: 'suspended' });
      const reasons = async (more: object = {}) => {
        const { unavailable } = await quoted({ currency: 'NOK', ...more });
        return Object.fromEntries(unavailable.map(({ carrierId, reason }) => [carrierId, reason]));
      };
      const plain = await reasons();
      expect(plain).toMatchObject({
        [small.id]: 'over_capacity',
        [parcel.id]: 'transport_type',
        [suspended.id]: 'suspended',
        [priceless.id]: 'no_grid',
      });
      expect(plain).not.toHaveProperty(south.id);
      expect(await reasons({ adrClasses: ['3'] })).toMatchObject({ [safe.id]: 'adr_not_carried' });
      expect(await reasons({ weightGrams: 1_000_001 })).toMatchObject({ [safe.id]: 'beyond_brackets' });
      const early = await reasons({ pickupAt: '2025-12-31T23:59:59.999Z' });
      expect(early).toMatchObject({ [safe.id]: 'no_grid' });
    });

    it('are by the bracket of each quantity, whose end is in it, up to the last', async () => {
      const { id, api } = await newCarrier(test, {
        capacity: { weightGrams: null, volumeMillilitres: null, pallets: null },
      });
      const charge = (basis: string, upTo: number) => ({
        basis,
        brackets: [
          { upTo, flat: 100, perUnit: '0' },
          { upTo: 2 * upTo, flat: 0, perUnit: '0.5' },
        ],
      });
      const quantities = { weight: 10_000, volume: 2_000_000, pallets: 3 };
      const charges = Object.entries(quantities).map(([basis, upTo]) => charge(basis, upTo));
      const rate = { fromZone: '*', toZone: '*', combine: 'sum', minimum: 0, transitHours: null };
      const grid = { currency: 'HUF', surcharges: [], rates: [{ ...rate, charges }] };
      expect((await api.post(gridsOf(id), gridBody('1', grid))).status).toBe(201);
      const fields = { weight: 'weightGrams', volume: 'volumeMillilitres', pallets: 'pallets' } as const;
      const least = { weightGrams: 1, volumeMillilitres: 1, pallets: 1 };
      for (const [basis, upTo] of Object.entries(quantities) as [keyof typeof fields, number][]) {
        const priced = async (quantity: number) => {
          const more = { currency: 'HUF', ...least, [fields[basis]]: quantity };
          const { quotes, unavailable } = await quoted(more);
          const own = quotes.find(({ carrierId }) => carrierId === id);
          if (!own) return unavailable.find(({ carrierId }) => carrierId === id)?.reason;
          return own.price.lines.find(({ code }: { code: string }) => code === basis).amount;
        };
        const perUnit = { weight: 1_000, volume: 1_000_000, pallets: 1 }[basis];
        const beyond = Math.floor((upTo + 1) / perUnit / 2 + 0.5); // 0.5 a kg, m³ or pallet, halves up
        expect([basis, await priced(upTo), await priced(upTo + 1)]).toEqual([basis, 100, beyond]);
        expect([basis, await priced(2 * upTo + 1)]).toEqual([basis, 'beyond_brackets']);
        expect([basis, await priced(2 * upTo)]).toEqual([basis, Math.floor(upTo / perUnit + 0.5)]);
      }
    });

    it('need every stop served', async () => {
      const make = alone('DKK');
      const north = await make('1', { area: box(8, 51, 15, 55) });
      const all = await make('2');
      const ids = async (...stops: [number, number][]) =>
        (await quoted({ currency: 'DKK', stops: stops.map((stop) => point(...stop)) })).quotes.map(
          ({ carrierId }) => carrierId,
        );
      expect(await ids(BERLIN, HAMBURG)).toEqual([north.id, all.id]);
      expect(await ids(BERLIN, MUNICH, HAMBURG)).toEqual([all.id]);
    });

    it('follow a new version, its withdrawal and a suspension at once', async () => {
      const carrier = await alone('CZK')('10');
      const total = async () => (await quoted({ currency: 'CZK' })).quotes[0]?.price.total;
      expect(await total()).toBe(1_100);
      const newer = await carrier.api.post(gridsOf(carrier.id), gridBody('20', { currency: 'CZK' }));
      expect(await total()).toBe(2_200);
      expect((await carrier.api.delete(newer.headers.get('location')!)).body.withdrawnAt).not.toBeNull();
      expect(await total()).toBe(1_100);
      await test.admin.patch(`/api/carriers/${carrier.id}`, { status: 'suspended' });
      expect(await total()).toBeUndefined();
    });

    it.each([
      ['an unknown currency', { currency: 'XQZ' }],
      ['one stop', { stops: [point(...BERLIN)] }],
      ['swapped coordinates', { stops: [point(...BERLIN), point(-33.86, 151.2)] }],
      ['no weight', { weightGrams: 0 }],
      ['a fraction of a gram', { weightGrams: 1.5 }],
    ])('with %s are refused', async (_name, more) => {
      expectProblem(await test.admin.post('/api/quotes', shipment(more)), 400, 'validation_failed');
    });
  });
});

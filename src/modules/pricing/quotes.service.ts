import { Injectable } from '@nestjs/common';
import { assertCurrency } from '../../kernel/currency.js';
import { pathMetres } from '../../kernel/geo.js';
import { CarriersService, type Carrier } from '../carriers/index.js';
import { priceOf } from './price.js';
import { gridAt } from './pricing-grid.js';
import { PricingGridsService } from './pricing-grids.service.js';
import { ranked, type Quote, type QuoteRequest, type QuoteRule, type Quotes, type Refusal } from './quote.js';

/** What carriers would take for a shipment. */
@Injectable()
export class QuotesService {
  constructor(
    private readonly carriers: CarriersService,
    private readonly grids: PricingGridsService,
  ) {}

  /**
   * The carriers that go to every stop, ranked, with their prices; `only` narrows them to some. A query a stop, and two
   * for whatever the cache does not hold, however many carriers there are.
   * @throws AppError `validation_failed` for an unknown currency
   */
  async quote(request: QuoteRequest, rule: QuoteRule, only?: readonly string[]): Promise<Quotes> {
    assertCurrency(request.currency);
    const zones = await Promise.all(request.stops.map((stop) => this.carriers.zonesAt(stop)));
    const [from, to] = [zones[0], zones.at(-1)];
    if (!from || !to) return { quotes: [], unavailable: [] };
    const everywhere = [...from.keys()].filter(
      (id) => zones.every((zone) => zone.has(id)) && (only === undefined || only.includes(id)),
    );
    const carriers = await this.carriers.getMany(everywhere);
    const grids = await this.grids.inForceOf(everywhere, request);
    const shipment = {
      ...request,
      distanceMetres: pathMetres(request.stops),
      adr: request.adrClasses.length > 0,
      extraStops: request.stops.length - 2,
    };
    const quotes: Quote[] = [];
    const unavailable: Quotes['unavailable'] = [];
    for (const carrier of carriers) {
      const { id, name, rating } = carrier;
      const refuse = (reason: Refusal) => unavailable.push({ carrierId: id, reason });
      const refusal = refusalOf(carrier, request);
      const grid = gridAt(grids.get(id) ?? [], request.pickupAt);
      if (refusal || !grid) {
        refuse(refusal ?? 'no_grid');
        continue;
      }
      const price = priceOf(grid, { ...shipment, fromZone: from.get(id) ?? '', toZone: to.get(id) ?? '' });
      if (typeof price === 'string') refuse(price);
      else quotes.push({ carrierId: id, carrierName: name, rating, price });
    }
    return { quotes: ranked(quotes, rule), unavailable };
  }
}

function refusalOf(carrier: Carrier, request: QuoteRequest): Refusal | undefined {
  const { weightGrams, volumeMillilitres, pallets } = carrier.capacity;
  const over = (most: number | null, wanted: number) => most !== null && wanted > most;
  if (carrier.status !== 'active') return 'suspended';
  if (!carrier.transportTypes.includes(request.transportType)) return 'transport_type';
  if (
    over(weightGrams, request.weightGrams) ||
    over(volumeMillilitres, request.volumeMillilitres) ||
    over(pallets, request.pallets)
  )
    return 'over_capacity';
  return request.adrClasses.every((adr) => carrier.adrClasses.includes(adr)) ? undefined : 'adr_not_carried';
}

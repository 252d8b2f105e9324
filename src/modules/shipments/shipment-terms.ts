import { invalidField } from '../../kernel/errors.js';
import type { Order, Shipment } from '../orders/index.js';
import type { TransportTerms } from '../transport-orders/index.js';

type Stop = TransportTerms['pickup'];
type Address = 'name' | 'address' | 'postalCode' | 'city' | 'country';

/** How pieces of an order are to travel, as far as the order does not say it. */
export interface Travel extends Pick<TransportTerms, 'transportType' | 'pickup' | 'note'> {
  /** Where to; name and address are those of the order unless given. */
  delivery: Omit<Stop, Address> & Partial<Pick<Stop, Address>>;
  /** What a vehicle carries; by the weights of the lines if absent. */
  goods?: TransportTerms['goods'];
}

/**
 * The transport of a shipment.
 * @throws AppError `validation_failed` for an order without an address, when none is given
 */
export function termsOf(order: Order, shipment: Shipment, travel: Travel): TransportTerms {
  const { transportType, pickup, note } = travel;
  const nth = (order.shipments?.length ?? 0) + 1;
  return {
    reference: `ORDER-${order.number ?? ''}-${nth}`,
    ...{ transportType, currency: order.currency, pickup, via: [], note },
    delivery: deliveryOf(order, travel.delivery),
    goods: travel.goods ?? [goodsOf(order, shipment)],
  };
}

function deliveryOf({ shippingAddress }: Order, delivery: Travel['delivery']): Stop {
  const known = shippingAddress && {
    name: shippingAddress.name,
    address: [shippingAddress.line1, shippingAddress.line2].filter(Boolean).join(', '),
    postalCode: shippingAddress.postalCode,
    city: shippingAddress.city,
    country: shippingAddress.country,
  };
  const stop = { ...known, ...defined(delivery) };
  const missing = (['name', 'address', 'postalCode', 'city', 'country'] as const).find(
    (field) => stop[field] === undefined,
  );
  if (missing)
    throw invalidField(`transport.delivery.${missing}`, 'required', 'is needed: the order has no address');
  return stop as Stop;
}

function goodsOf(order: Order, { lines }: Shipment): TransportTerms['goods'][number] {
  let weightGrams = 0;
  const titles = lines.map(({ lineId, quantity }) => {
    const line = order.lines.find(({ id }) => id === lineId);
    weightGrams += (line?.grams ?? 0) * quantity;
    return `${quantity} × ${line?.title ?? ''}`;
  });
  const description = titles.join(', ').slice(0, 300);
  // nothing weighs nothing: carriers are asked about at least a gram
  return { description, weightGrams: Math.max(1, Math.ceil(weightGrams)), ...SMALL };
}

const SMALL = { volumeMillilitres: 0, pallets: 0, adrClass: null };

function defined<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}

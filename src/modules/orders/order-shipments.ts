import { AppError, invalidField } from '../../kernel/errors.js';
import { piecesOf, type LinePieces, type Order, type Shipment, type ShipmentStatus } from './order.js';

/** Which pieces shall travel; all that are left, or all that lie at a location, unless lines are named. */
export interface PiecesWanted {
  lines?: LinePieces[];
  locationId?: string;
}

/**
 * The pieces of a shipment that nobody ships yet, and where they lie: one shipment starts at one place. Pieces that nobody
 * tracks lie wherever one says.
 * @throws AppError `order_line_not_found`, `shipment_too_large`, `validation_failed` for pieces that lie apart, `conflict`
 * when nothing is left
 */
export function choosePieces(
  order: Order,
  { lines, locationId }: PiecesWanted,
): Pick<Shipment, 'lines' | 'locationId'> {
  const left = new Map(piecesLeft(order).map((piece) => [piece.lineId, piece.quantity]));
  const placeOf = (lineId: string): string | null => {
    const at = order.lines.findIndex(({ id }) => id === lineId);
    return order.stock.find(({ line }) => line === at)?.locationId ?? null;
  };
  const isHere = (lineId: string): boolean => {
    const place = placeOf(lineId);
    return locationId === undefined || place === null || place === locationId;
  };
  const all = [...left].map(([lineId, quantity]) => ({ lineId, quantity }));
  const chosen = lines ?? all.filter(({ lineId }) => isHere(lineId));
  for (const [at, { lineId, quantity }] of chosen.entries()) {
    if (!order.lines.some(({ id }) => id === lineId))
      throw new AppError('order_line_not_found', `lines.${at}: there is no line "${lineId}" in this order.`);
    const free = left.get(lineId) ?? 0;
    if (quantity > free)
      throw new AppError(
        'shipment_too_large',
        `lines.${at}: ${free} pieces are left to ship, not ${quantity}.`,
      );
    left.set(lineId, free - quantity);
    if (!isHere(lineId)) throw invalidField(`lines.${at}.lineId`, 'location', 'lies at another location');
  }
  if (chosen.length === 0)
    throw new AppError('conflict', 'Nothing of this order is left to ship from there.');
  const places = [...new Set(chosen.flatMap(({ lineId }) => placeOf(lineId) ?? []))];
  if (places.length > 1)
    throw invalidField('locationId', 'location', `is needed: the pieces lie at ${places.join(', ')}`);
  return { lines: chosen, locationId: places[0] ?? locationId ?? null };
}

/** What of an order has to travel and is in no shipment. */
export function piecesLeft({ lines, shipments = [] }: Order): LinePieces[] {
  const taken = new Map<string, number>();
  for (const { lines: pieces } of shipments.filter(isLive))
    for (const { lineId, quantity } of pieces) taken.set(lineId, (taken.get(lineId) ?? 0) + quantity);
  return lines
    .filter(({ requiresShipping }) => requiresShipping)
    .map((line) => ({ lineId: line.id, quantity: piecesOf(line) - (taken.get(line.id) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
}

/** One that was called off before it left gives its pieces back; one that failed may be tried again. */
export function isLive({ status, shippedAt }: Shipment): boolean {
  return status !== 'cancelled' || shippedAt !== null;
}

/** The shipments of an order after one of them came to a status. */
export function moved(
  shipments: readonly Shipment[],
  id: string,
  status: ShipmentStatus,
  sequence: number,
): Shipment[] {
  const now = new Date();
  const hasLeft = status === 'shipped' || status === 'delivered';
  return shipments.map((shipment) =>
    shipment.id !== id
      ? shipment
      : {
          ...shipment,
          sequence,
          status: status === 'requested' && shipment.shippedAt ? 'shipped' : status,
          shippedAt: shipment.shippedAt ?? (hasLeft ? now : null),
          deliveredAt: status === 'delivered' ? now : shipment.deliveredAt,
        },
  );
}

/** What its shipments make of an order: it has left with the last of its pieces, and arrived with it. */
export function standing(order: Order): Pick<Partial<Order>, 'status' | 'fulfilment'> {
  const { status, shipments = [], fulfilment } = order;
  const live = shipments.filter(isLive);
  const complete = piecesLeft(order).length === 0;
  const now = new Date();
  if (status === 'fulfilling' && complete && live.every(({ shippedAt }) => shippedAt !== null))
    return { status: 'shipped', fulfilment: { ...fulfilment, shippedAt: now } };
  if (status === 'shipped' && complete && live.every(({ deliveredAt }) => deliveredAt !== null))
    return { status: 'delivered', fulfilment: { ...fulfilment, deliveredAt: now } };
  if (status === 'fulfilling' && live.length === 0)
    return { status: 'paid', fulfilment: { ...fulfilment, reference: null, startedAt: null } };
  return {};
}

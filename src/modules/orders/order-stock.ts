import type { StockItem } from '../inventory/index.js';
import { piecesOf, type LinePieces, type Order } from './order.js';

/** Where pieces of an order were taken from. */
export function stockOf(order: Pick<Order, 'lines' | 'stock'>, pieces: readonly LinePieces[]): StockItem[] {
  return pieces.flatMap(({ lineId, quantity }) => {
    const at = order.lines.findIndex(({ id }) => id === lineId);
    return order.stock.filter(({ line }) => line === at).map((item) => ({ ...item, quantity }));
  });
}

/** The stock of what has not left by a shipment, and was not called off. */
export function stockThere({ lines, stock, shipments = [] }: Order): StockItem[] {
  const gone = shipments.filter(({ shippedAt }) => shippedAt !== null).flatMap((shipment) => shipment.lines);
  return stock.flatMap((item) => {
    const line = lines[item.line];
    const left = gone.filter(({ lineId }) => lineId === line?.id).reduce((sum, one) => sum + one.quantity, 0);
    const quantity = (line ? piecesOf(line) : item.quantity) - left;
    return quantity > 0 ? [{ ...item, quantity }] : [];
  });
}

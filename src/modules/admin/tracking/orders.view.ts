import type { Position } from '../../../kernel/geo.js';
import type { TransportOrder, TransportStatus } from '../../transport-orders/index.js';
import { moment } from '../page/format.js';
import { html, type Html } from '../page/html.js';

/** What the map is told of an order; `tracking.mjs` reads it. */
interface OrderOnMap {
  id: string;
  reference: string;
  status: TransportStatus;
  /** Pickup, stops between, delivery. */
  stops: { city: string; at: Position }[];
  position: { at: Date; coordinates: Position } | null;
  eta: Date | null;
}

/** The orders of a page, for the list beside the map and for the map itself. */
export function ordersView(orders: readonly TransportOrder[]): Html {
  if (orders.length === 0) return html`<p class="quiet">Nothing is on its way.</p>`;
  return html`<ul class="cards">
    ${orders.map(card)}
  </ul>`;
}

function card(order: TransportOrder): Html {
  const { id, reference, status, lastPosition } = order;
  const told = onMap(order);
  return html`<li class="card" id="order-${id}" data-order="${JSON.stringify(told)}">
    <h3>
      <a href="#marker-${id}">${reference}</a>
      <span class="badge" data-field="status">${wordOf(status)}</span>
    </h3>
    <p class="quiet">${told.stops.map(({ city }) => city).join(' → ')}</p>
    <dl>
      <div>
        <dt>Last position</dt>
        <dd data-field="at">${moment(lastPosition?.at)}</dd>
      </div>
      <div>
        <dt>Arrives</dt>
        <dd data-field="eta">${moment(lastPosition?.eta)}</dd>
      </div>
    </dl>
  </li>`;
}

function onMap({ id, reference, status, lastPosition, ...order }: TransportOrder): OrderOnMap {
  const { pickup, via, delivery } = order;
  return {
    ...{ id, reference, status, eta: lastPosition?.eta ?? null },
    stops: [pickup, ...via, delivery].map(({ city, point }) => ({ city, at: point.coordinates })),
    position: lastPosition && { at: lastPosition.at, coordinates: lastPosition.point.coordinates },
  };
}

/** `IN_TRANSIT` as a person says it. */
function wordOf(status: TransportStatus): string {
  return status.toLowerCase().replaceAll('_', ' ');
}

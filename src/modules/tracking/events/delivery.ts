import type { TrackingEvent, TrackingEventKind, TrackingState } from './tracking-event.js';

/** An event on its way to sockets: written out once, however many follow the order. */
export interface Delivery {
  order: string;
  clientId: string;
  carrierId: string | null;
  id: number;
  kind: TrackingEventKind;
  /** The message as sockets get it. */
  text: string;
}

/** What messages and answers tell of an order's state. */
export interface StateView {
  status: TrackingState['status'];
  position: TrackingState['position'];
  /** Along the stops that are left, as the crow flies. */
  remainingMetres: number | null;
  eta: Date | null;
}

export function stateView({ status, position, progress }: TrackingState): StateView {
  return {
    ...{ status, position },
    ...{ remainingMetres: progress?.remainingMetres ?? null, eta: progress?.eta ?? null },
  };
}

export function deliveryOf(event: TrackingEvent): Delivery {
  const { order, clientId, carrierId, id, kind, at, note } = event;
  const message = {
    v: 1,
    type: kind,
    order,
    id,
    at,
    ...stateView(event),
    ...(kind === 'status' ? { note } : {}),
  };
  return { order, clientId, carrierId, id, kind, text: JSON.stringify(message) };
}

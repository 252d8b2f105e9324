import type { Position } from '../../../kernel/geo.js';
import type { TransportStatus } from '../../transport-orders/index.js';

/** Where something was, as its carrier said. */
export interface ReportedPosition {
  at: Date;
  /** Longitude, latitude. */
  coordinates: Position;
  /** Metres a second. */
  speed: number | null;
  /** Degrees from north, clockwise. */
  heading: number | null;
  /** Radius in metres. */
  accuracy: number | null;
}

/** How far an order is on its way. */
export interface Progress {
  /** Which leg of the route it is on, from 0; it never goes back. */
  leg: number;
  /** As the crow flies: to the end of the leg, then along the others. */
  remainingMetres: number;
  /** Smoothed over the last minutes; null before it has moved. */
  metresPerSecond: number | null;
  /** Null while it stands. */
  eta: Date | null;
}

/** What is known of an order after an event: each event carries it whole, so the latest one is the state. */
export interface TrackingState {
  status: TransportStatus;
  carrierId: string | null;
  position: ReportedPosition | null;
  progress: Progress | null;
}

export type TrackingEventKind = 'position' | 'status';

/** One thing that happened to an order. */
export interface TrackingEvent extends TrackingState {
  /** Counts 1, 2, 3 … in each order. */
  id: number;
  order: string;
  clientId: string;
  kind: TrackingEventKind;
  /** When it happened. */
  at: Date;
  /** Of a status: what was said of the step. */
  note: string;
  /** Whether it belongs to the track that is kept; the others are there for whoever resumes. */
  kept: boolean;
  /** When the last position that is kept was. */
  keptAt: Date | null;
}

/** Names an order as every query does: the tenant first. */
export interface OrderRef {
  order: string;
  clientId: string;
}

export interface NewTrackingEvent extends Omit<TrackingEvent, 'id' | 'order' | 'clientId'> {
  /** Names it once: an event that is laid down again keeps its number. */
  source?: string;
}

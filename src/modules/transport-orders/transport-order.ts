import type { PointGeometry, Position } from '../../kernel/geo.js';
import type { Transitions } from '../../kernel/state-machine.js';
import type { AdrClass, TransportType } from '../carriers/index.js';
import type { Price } from '../pricing/index.js';

export const TRANSPORT_STATUSES = [
  'DRAFT',
  'PENDING',
  'ASSIGNED',
  'PICKED_UP',
  'IN_TRANSIT',
  'DELIVERED',
  'FAILED',
  'CANCELLED',
] as const;
export type TransportStatus = (typeof TRANSPORT_STATUSES)[number];

/** A failed transport may be tried again, with another carrier. */
export const TRANSPORT_TRANSITIONS: Transitions<TransportStatus> = {
  DRAFT: ['PENDING', 'CANCELLED'],
  PENDING: ['ASSIGNED', 'CANCELLED'],
  ASSIGNED: ['PICKED_UP', 'FAILED', 'CANCELLED'],
  PICKED_UP: ['IN_TRANSIT', 'DELIVERED', 'FAILED'],
  IN_TRANSIT: ['DELIVERED', 'FAILED'],
  DELIVERED: [],
  FAILED: ['PENDING', 'CANCELLED'],
  CANCELLED: [],
};

/** Its carrier has the goods: it tells where they are. */
export const MOVING = ['PICKED_UP', 'IN_TRANSIT'] as const satisfies readonly TransportStatus[];

/** Who says that an order is in a state: the client what is wanted, the carrier what happens. */
export const SAID_BY: Record<Exclude<TransportStatus, 'DRAFT' | 'ASSIGNED'>, 'client' | 'carrier'> = {
  PENDING: 'client',
  CANCELLED: 'client',
  PICKED_UP: 'carrier',
  IN_TRANSIT: 'carrier',
  DELIVERED: 'carrier',
  FAILED: 'carrier',
};

/** Which end of a transport is looked for. */
export type End = 'pickup' | 'delivery';

/** A place, and when somebody is there. */
export interface Stop {
  name: string;
  address: string;
  postalCode: string;
  city: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  point: PointGeometry;
  /** Both ends inclusive. */
  windowFrom: Date;
  windowTo: Date;
}

export interface Goods {
  description: string;
  weightGrams: number;
  volumeMillilitres: number;
  pallets: number;
  adrClass: AdrClass | null;
}

/** What a client says of a transport. */
export interface TransportTerms {
  /** The client's own name for it, once among its orders. */
  reference: string;
  transportType: TransportType;
  /** ISO 4217: what it is priced in. */
  currency: string;
  pickup: Stop;
  /** Stops between, in their order. */
  via: Stop[];
  delivery: Stop;
  goods: Goods[];
  note: string;
}

export interface StatusEntry {
  status: TransportStatus;
  at: Date;
  /** Who said so: `account:…`, `api_key:…`, `job:…` or `system`. */
  by: string;
  note: string;
}

/** Where an order was when it was last heard of, and when it may arrive as far as that tells. */
export interface LastPosition {
  at: Date;
  point: PointGeometry;
  eta: Date | null;
}

/** What following an order takes: whose it is, how far it is, where it goes. */
export interface TransportRoute {
  id: string;
  clientId: string;
  carrierId: string | null;
  status: TransportStatus;
  reference: string;
  /** Pickup, stops between, delivery. */
  stops: readonly Position[];
}

export interface TransportOrder extends TransportTerms {
  id: string;
  /** A client organisation's id, or the domain of a shop. */
  clientId: string;
  /** Null until it is assigned. */
  carrierId: string | null;
  /** As it was when the carrier was assigned. */
  price: Price | null;
  status: TransportStatus;
  /** Stars the client gave its carrier, 1 to 5; null before. */
  rating: number | null;
  /** As of some seconds ago; null before it moved. It does not count as a change of the order. */
  lastPosition: LastPosition | null;
  /** Oldest first. */
  history: StatusEntry[];
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

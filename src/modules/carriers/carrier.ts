import type { PolygonGeometry } from '../../kernel/geo.js';

export const TRANSPORT_TYPES = [
  'parcel',
  'express',
  'ltl',
  'ftl',
  'refrigerated',
  'air',
  'sea',
  'rail',
] as const;
export type TransportType = (typeof TRANSPORT_TYPES)[number];

/** Classes of dangerous goods (ADR 2.1.1.1). */
export const ADR_CLASSES = [
  '1',
  '2',
  '3',
  '4.1',
  '4.2',
  '4.3',
  '5.1',
  '5.2',
  '6.1',
  '6.2',
  '7',
  '8',
  '9',
] as const;
export type AdrClass = (typeof ADR_CLASSES)[number];

export const CARRIER_STATUSES = ['active', 'suspended'] as const;
export type CarrierStatus = (typeof CARRIER_STATUSES)[number];

/** The most one shipment may be; null for no limit. */
export interface Capacity {
  weightGrams: number | null;
  volumeMillilitres: number | null;
  pallets: number | null;
}

/** What a carrier tells of itself. */
export interface CarrierProfile {
  name: string;
  transportTypes: TransportType[];
  capacity: Capacity;
  /** Dangerous goods it may carry. */
  adrClasses: AdrClass[];
  contactEmail: string | null;
  phone: string | null;
}

/** A carrier; its id is that of its organisation. */
export interface Carrier extends CarrierProfile {
  id: string;
  /** A suspended carrier is neither quoted nor offered anything. */
  status: CarrierStatus;
  /** Mean of the clients' ratings, 1 to 5 with two decimals; null before the first. */
  rating: number | null;
  ratings: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** Where a carrier goes; prices are by zone. Areas may share a zone; of overlapping ones the first counts. */
export interface ServiceArea {
  zone: string;
  area: PolygonGeometry;
}

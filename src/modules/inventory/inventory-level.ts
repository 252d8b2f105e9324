import type { ShopDomain } from '../../kernel/shop-domain.js';

/** The stock of a variant at a location, in pieces. */
export interface InventoryLevel {
  id: string;
  shop: ShopDomain;
  variantId: string;
  productId: string;
  locationId: string;
  available: number;
  held: number;
  committed: number;
  catalogued: number | null;
  updatedAt: Date;
}

/** Pieces of a variant at a location. */
export interface StockItem {
  variantId: string;
  locationId: string;
  quantity: number;
  /** Position of the demand in its reservation. */
  line: number;
}

/** A hold that ran out before anybody settled it. */
export interface ExpiredHold extends StockItem {
  shop: ShopDomain;
  reservation: string;
  /** What the reservation was for: an order. */
  owner: string;
}

/** One try to get stock for something: it is named by the holds and by what they are for. */
export interface Reservation {
  id: string;
  owner: string;
  expiresAt: Date;
}

import type { ShopDomain } from '../../kernel/shop-domain.js';

/** A place where stock lies. Each shop has one default location, made when it is first needed. */
export interface Location {
  id: string;
  shop: ShopDomain;
  name: string;
  address: string;
  /** Where stock is taken from first, and where the catalogue's quantities lie. */
  isDefault: boolean;
  /** An inactive location keeps its stock, which is not sold. */
  active: boolean;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export type LocationInput = Partial<Pick<Location, 'name' | 'address' | 'active'>>;

/** A location as far as stock is concerned. */
export type KnownLocation = Pick<Location, 'id' | 'name' | 'active' | 'isDefault'>;

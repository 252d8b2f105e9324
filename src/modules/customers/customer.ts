import type { ShopDomain } from '../../kernel/shop-domain.js';

/** What a merchant writes of somebody who buys. */
export interface CustomerInput {
  /** As given, trimmed; its lower case form is unique in the shop. */
  email?: string | null;
  /** E.164, unique in the shop. */
  phone?: string | null;
  firstName?: string;
  lastName?: string;
  /** BCP 47; null for the shop's own. */
  language?: string | null;
  note?: string;
  tags?: string[];
}

/** Somebody who buys in a shop; found by e-mail or phone, of which there is at least one. */
export interface Customer {
  id: string;
  shop: ShopDomain;
  email: string | null;
  phone: string | null;
  firstName: string;
  lastName: string;
  /** What mails to them are written in; null for the shop's own. */
  language: string | null;
  note: string;
  tags: string[];
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

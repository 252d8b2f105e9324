import { defineEvent } from '../../platform/events/event-type.js';
import type { Shop } from './shop.js';

export interface ShopEventData {
  shop: string;
  name: string;
  primaryDomain: string;
  currency: string;
}

const FIELDS = {
  shop: { type: 'string' },
  name: { type: 'string' },
  primaryDomain: { type: 'string' },
  currency: { type: 'string', description: 'ISO 4217' },
};
const EXAMPLE: ShopEventData = {
  ...{ shop: 'nordlys-apparel.myshopify.com', name: 'Nordlys Apparel' },
  ...{ primaryDomain: 'nordlys.example', currency: 'EUR' },
};

export const shopInstalled = defineEvent('shop.installed', 'A shop came, or came back.', FIELDS, EXAMPLE);
export const shopUpdated = defineEvent('shop.updated', "A shop's settings were changed.", FIELDS, EXAMPLE);
export const shopUninstalled = defineEvent(
  'shop.uninstalled',
  'A shop left; its data is removed when the retention is over.',
  FIELDS,
  EXAMPLE,
);

export function dataOf({ shop, name, primaryDomain, currency }: Shop): ShopEventData {
  return { shop, name, primaryDomain, currency };
}

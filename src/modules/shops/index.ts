export { ShopsModule } from './shops.module.js';
export { ShopsService } from './shops.service.js';
export type { Shop, ShopLocale } from './shop.js';

export { ShopsModule } from './shops.module.js';
export { ShopsService, type InstallShop } from './shops.service.js';
export type { Shop, ShopLocale } from './shop.js';

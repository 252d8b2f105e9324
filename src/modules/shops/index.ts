export { ShopsModule } from './shops.module.js';
export { ShopsService, type InstallShop } from './shops.service.js';
export { primaryLanguage, type Shop, type ShopLocale } from './shop.js';

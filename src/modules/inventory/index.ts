export { InventoryModule } from './inventory.module.js';
export { InventoryService, type StockDemand } from './inventory.service.js';
export type { ExpiredHold, Reservation, StockItem } from './inventory-level.js';

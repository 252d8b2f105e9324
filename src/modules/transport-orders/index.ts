export { TransportOrdersModule } from './transport-orders.module.js';
export { transportStatusChanged, type TransportStatusData } from './transport-order.events.js';
export { TransportOrdersService } from './transport-orders.service.js';
export type { TransportOrder } from './transport-order.js';

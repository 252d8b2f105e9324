export { TransportOrdersModule } from './transport-orders.module.js';
export { transportStatusChanged, type TransportStatusData } from './transport-order.events.js';

export { TransportOrdersModule } from './transport-orders.module.js';

export { OrdersModule } from './orders.module.js';
export { OrdersService } from './orders.service.js';
export { OrderFulfilmentService } from './order-fulfilment.service.js';
export { SalesRepository } from './sales.repository.js';
export type { Order, OrderStatus, Sale, Shipment, ShipmentStatus } from './order.js';
export { OrderShipmentsService } from './order-shipments.service.js';
export { LineQuantityDto } from './order-input.dto.js';
export { ShipmentDto, toShipmentDto } from './order.dto.js';
export {
  orderCancelled,
  orderDelivered,
  orderFulfilling,
  orderPaid,
  orderPlaced,
  orderRefunded,
  orderReturned,
  orderShipped,
  type OrderEventData,
} from './order.events.js';

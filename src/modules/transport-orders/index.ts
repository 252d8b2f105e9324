export { TransportOrdersModule } from './transport-orders.module.js';
export { transportStatusChanged, type TransportStatusData } from './transport-order.events.js';
export { TransportOrdersService } from './transport-orders.service.js';
export { CommissionedTransportsService } from './commissioned-transports.service.js';
export { assertTerms } from './transport-order-terms.js';
export type { TransportOrder, TransportStatus, TransportTerms } from './transport-order.js';
export { GoodsDto, StopDto } from './transport-orders.dto.js';

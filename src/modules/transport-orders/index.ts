export { TransportOrdersModule } from './transport-orders.module.js';
export { assertSide, mayRead } from './transport-order-editor.js';
export { transportStatusChanged, type TransportStatusData } from './transport-order.events.js';
export {
  MOVING,
  TRANSPORT_STATUSES,
  type TransportOrder,
  type TransportRoute,
  type TransportStatus,
} from './transport-order.js';
export { TransportOrdersService } from './transport-orders.service.js';
export { CommissionedTransportsService } from './commissioned-transports.service.js';
export { assertTerms } from './transport-order-terms.js';
export type { TransportTerms } from './transport-order.js';
export { GoodsDto, StopDto } from './transport-orders.dto.js';
export { EVERYBODY } from './transport-orders.query.js';
export { partyOf } from './transport-party.js';

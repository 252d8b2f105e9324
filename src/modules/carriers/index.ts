export { CarriersModule } from './carriers.module.js';
export { CarriersService } from './carriers.service.js';
export { ADR_CLASSES, TRANSPORT_TYPES, type AdrClass, type Carrier, type TransportType } from './carrier.js';
export { ZONE } from './carriers.dto.js';

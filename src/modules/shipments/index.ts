export { ShipmentsModule } from './shipments.module.js';

export { asyncApiDocument } from './sockets/asyncapi.js';
export { TrackingModule } from './tracking.module.js';

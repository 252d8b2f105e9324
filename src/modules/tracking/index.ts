export { asyncApiDocument } from './sockets/asyncapi.js';
export { TRACKING_PATH } from './sockets/upgrade.js';
export { TrackingModule } from './tracking.module.js';

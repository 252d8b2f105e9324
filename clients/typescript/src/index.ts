export { Entrepot, type EntrepotOptions } from './entrepot.js';
export { ApiError, type ErrorCode } from './errors.js';
export { JobFailedError } from './jobs.js';
export { items, pages, type Page, type Position } from './pages.js';
export type { RetryOptions } from './retry.js';
export type { Tokens } from './session.js';
export type * from './generated/types.gen.js';
export { Tracking, type TrackingEvent, type TrackingOptions, type TrackingState } from './tracking.js';

export { LimitsModule } from './limits.module.js';
export { LimitGuard } from './limit.guard.js';

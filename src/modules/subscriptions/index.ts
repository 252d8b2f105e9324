export { SubscriptionsModule } from './subscriptions.module.js';
export { PlansService } from './plans.service.js';
export { ProductQuota } from './product-quota.js';
export { SubscriptionsService } from './subscriptions.service.js';
export { DEFAULT_PLAN } from './plan.js';

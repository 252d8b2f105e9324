export { AnalyticsModule } from './analytics.module.js';
export { aggregateAnalytics } from './analytics.job.js';

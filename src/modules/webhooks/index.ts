export { WebhooksModule } from './webhooks.module.js';
export { WebhookPublisher } from './events/webhook-publisher.js';

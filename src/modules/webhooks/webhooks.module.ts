import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ShopsModule } from '../shops/index.js';
import { DeliverProcessor } from './deliveries/deliver.processor.js';
import { DeliveryQueueRepository } from './deliveries/delivery-queue.repository.js';
import { DueEndpoints } from './deliveries/due-endpoints.js';
import { EndpointRunner } from './deliveries/endpoint-runner.js';
import { WebhookDeliveriesController } from './deliveries/webhook-deliveries.controller.js';
import { WebhookDeliveriesRepository } from './deliveries/webhook-deliveries.repository.js';
import { WebhookDeliveriesService } from './deliveries/webhook-deliveries.service.js';
import { WebhookDeliveryDocument, WebhookDeliverySchema } from './deliveries/webhook-delivery.schema.js';
import { WebhookSender } from './deliveries/webhook-sender.js';
import { EndpointRunsRepository } from './endpoints/endpoint-runs.repository.js';
import { EndpointSecrets } from './endpoints/endpoint-secrets.js';
import { EndpointShutdown } from './endpoints/endpoint-shutdown.js';
import { EndpointWarning } from './endpoints/endpoint-warning.js';
import { WebhookEndpointDocument, WebhookEndpointSchema } from './endpoints/webhook-endpoint.schema.js';
import { WebhookEndpointsController } from './endpoints/webhook-endpoints.controller.js';
import { WebhookEndpointsRepository } from './endpoints/webhook-endpoints.repository.js';
import { WebhookEndpointsService } from './endpoints/webhook-endpoints.service.js';
import { WebhookEventTypesController } from './events/webhook-event-types.controller.js';
import { WebhookEventsHandler } from './events/webhook-events.handler.js';
import { WebhookPublisher } from './events/webhook-publisher.js';

/** Webhooks out: endpoints of a shop, what they are sent, how that went. */
@Module({
  imports: [
    ShopsModule,
    MongooseModule.forFeature([
      { name: WebhookEndpointDocument.name, schema: WebhookEndpointSchema },
      { name: WebhookDeliveryDocument.name, schema: WebhookDeliverySchema },
    ]),
  ],
  controllers: [WebhookEndpointsController, WebhookDeliveriesController, WebhookEventTypesController],
  providers: [
    WebhookEndpointsRepository,
    EndpointRunsRepository,
    WebhookDeliveriesRepository,
    DeliveryQueueRepository,
    WebhookEndpointsService,
    WebhookDeliveriesService,
    WebhookPublisher,
    WebhookEventsHandler,
    WebhookSender,
    EndpointSecrets,
    EndpointShutdown,
    EndpointWarning,
    EndpointRunner,
    DueEndpoints,
    DeliverProcessor,
  ],
  exports: [WebhookPublisher],
})
export class WebhooksModule {}

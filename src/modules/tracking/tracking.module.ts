import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { TransportOrdersModule } from '../transport-orders/index.js';
import { EventLog } from './events/event-log.js';
import { EventNews } from './events/event-news.js';
import { Feeds } from './events/feeds.js';
import { StatusEventsHandler } from './events/status-events.handler.js';
import { TrackingEventDocument, TrackingEventSchema } from './events/tracking-event.schema.js';
import { TrackingEventsRepository } from './events/tracking-events.repository.js';
import { OrderRoutes } from './positions/order-routes.js';
import { PositionsController } from './positions/positions.controller.js';
import { PositionsService } from './positions/positions.service.js';
import { Whereabouts } from './positions/whereabouts.js';
import { TrackingGateway } from './sockets/tracking.gateway.js';
import { TrackingMetrics } from './sockets/tracking-metrics.js';

/** Where transport orders are: told by carriers, numbered with their steps, read live and later. */
@Module({
  imports: [
    TransportOrdersModule,
    MongooseModule.forFeature([{ name: TrackingEventDocument.name, schema: TrackingEventSchema }]),
  ],
  controllers: [PositionsController],
  providers: [
    TrackingEventsRepository,
    EventLog,
    Feeds,
    EventNews,
    StatusEventsHandler,
    OrderRoutes,
    Whereabouts,
    PositionsService,
    TrackingMetrics,
    TrackingGateway,
  ],
})
export class TrackingModule {}

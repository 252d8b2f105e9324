import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { DeliverEventProcessor, EventDetour } from './deliver-event.js';
import { EventHandlers } from './event-handlers.js';
import { EventOutbox } from './event-outbox.js';
import { EventRelay } from './event-relay.js';
import { EventDocument, EventSchema } from './event.schema.js';
import { EventsRepository } from './events.repository.js';

/** Events: laid down with the changes they tell of, brought to the handlers that features register. */
@Global()
@Module({
  imports: [DiscoveryModule, MongooseModule.forFeature([{ name: EventDocument.name, schema: EventSchema }])],
  providers: [EventsRepository, EventHandlers, EventOutbox, EventRelay, EventDetour, DeliverEventProcessor],
  exports: [EventOutbox],
})
export class EventsModule {}

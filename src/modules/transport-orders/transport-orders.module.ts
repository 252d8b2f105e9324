import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CarriersModule } from '../carriers/index.js';
import { PricingModule } from '../pricing/index.js';
import { TransportAssignmentService } from './transport-assignment.service.js';
import { TransportOrderEditor } from './transport-order-editor.js';
import { TransportOrderDocument, TransportOrderSchema } from './transport-order.schema.js';
import { TransportRatingService } from './transport-rating.service.js';
import { TransportOrdersController } from './transport-orders.controller.js';
import { TransportOrdersRepository } from './transport-orders.repository.js';
import { TransportOrdersService } from './transport-orders.service.js';

/** What clients want moved, who moves it, and how far it is. */
@Module({
  imports: [
    CarriersModule,
    PricingModule,
    MongooseModule.forFeature([{ name: TransportOrderDocument.name, schema: TransportOrderSchema }]),
  ],
  controllers: [TransportOrdersController],
  providers: [
    TransportOrdersRepository,
    TransportOrderEditor,
    TransportOrdersService,
    TransportAssignmentService,
    TransportRatingService,
  ],
})
export class TransportOrdersModule {}

import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CsvModule } from '../../platform/csv/csv.module.js';
import { ScheduleRegistry } from '../../platform/scheduler/schedule-registry.js';
import { CarriersModule } from '../carriers/index.js';
import { PricingModule } from '../pricing/index.js';
import { CommissionedTransportsService } from './commissioned-transports.service.js';
import { TransportBatchWriter } from './import/transport-batch-writer.js';
import { TransportImportController } from './import/transport-import.controller.js';
import { TransportImportProcessor } from './import/transport-import.processor.js';
import { TransportImportService } from './import/transport-import.service.js';
import { NextOffer } from './offers/next-offer.js';
import { OfferAnswersService } from './offers/offer-answers.service.js';
import { expireOffers } from './offers/offer-expiry.job.js';
import { OfferExpiryProcessor } from './offers/offer-expiry.processor.js';
import { TransportOfferDocument, TransportOfferSchema } from './offers/transport-offer.schema.js';
import { TransportOffersController } from './offers/transport-offers.controller.js';
import { TransportOffersRepository } from './offers/transport-offers.repository.js';
import { TransportOffersService } from './offers/transport-offers.service.js';
import { EndGridRepository } from './near/end-grid.repository.js';
import { completeGrid } from './near/grid-completion.job.js';
import { GridCompletionProcessor } from './near/grid-completion.processor.js';
import { NearbyTransportsService } from './near/nearby-transports.service.js';
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
    CsvModule,
    CarriersModule,
    PricingModule,
    MongooseModule.forFeature([
      { name: TransportOrderDocument.name, schema: TransportOrderSchema },
      { name: TransportOfferDocument.name, schema: TransportOfferSchema },
    ]),
  ],
  controllers: [TransportImportController, TransportOrdersController, TransportOffersController],
  providers: [
    TransportOrdersRepository,
    EndGridRepository,
    NearbyTransportsService,
    GridCompletionProcessor,
    TransportOrderEditor,
    TransportOrdersService,
    TransportAssignmentService,
    TransportRatingService,
    CommissionedTransportsService,
    TransportOffersRepository,
    TransportOffersService,
    OfferAnswersService,
    NextOffer,
    OfferExpiryProcessor,
    TransportBatchWriter,
    TransportImportService,
    TransportImportProcessor,
  ],
  exports: [TransportOrdersService, CommissionedTransportsService],
})
export class TransportOrdersModule {
  constructor(schedules: ScheduleRegistry) {
    schedules.add({
      ...{ cron: '* * * * *', job: expireOffers, payload: {} },
      description: 'Ends offers of transports that nobody answered in time; asks who is next.',
    });
    schedules.add({
      ...{ cron: '*/10 * * * *', job: completeGrid, payload: {} },
      description: 'Gives transport orders that older code wrote their place in the search for the nearest.',
    });
  }
}

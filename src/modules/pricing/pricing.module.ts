import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CarriersModule } from '../carriers/index.js';
import { PricingGridDocument, PricingGridSchema } from './pricing-grid.schema.js';
import { PricingGridsController } from './pricing-grids.controller.js';
import { PricingGridsRepository } from './pricing-grids.repository.js';
import { PricingGridsService } from './pricing-grids.service.js';
import { QuotesController } from './quotes.controller.js';
import { QuotesService } from './quotes.service.js';

/** Carriers' prices, and what they make of a shipment. */
@Module({
  imports: [
    CarriersModule,
    MongooseModule.forFeature([{ name: PricingGridDocument.name, schema: PricingGridSchema }]),
  ],
  controllers: [PricingGridsController, QuotesController],
  providers: [PricingGridsRepository, PricingGridsService, QuotesService],
  exports: [QuotesService],
})
export class PricingModule {}

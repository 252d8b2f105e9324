import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CarrierDocument, CarrierSchema } from './carrier.schema.js';
import { CarriersController } from './carriers.controller.js';
import { CarriersRepository } from './carriers.repository.js';
import { CarriersService } from './carriers.service.js';
import { ServiceAreaDocument, ServiceAreaSchema } from './service-area.schema.js';
import { ServiceAreasRepository } from './service-areas.repository.js';

/** Carriers: who they are and where they go. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: CarrierDocument.name, schema: CarrierSchema },
      { name: ServiceAreaDocument.name, schema: ServiceAreaSchema },
    ]),
  ],
  controllers: [CarriersController],
  providers: [CarriersRepository, ServiceAreasRepository, CarriersService],
  exports: [CarriersService],
})
export class CarriersModule {}

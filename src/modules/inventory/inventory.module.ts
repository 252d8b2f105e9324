import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ProductsModule } from '../products/index.js';
import { InventoryLevelDocument, InventoryLevelSchema } from './inventory-level.schema.js';
import { InventoryController } from './inventory.controller.js';
import { InventoryRepository } from './inventory.repository.js';
import { InventoryService } from './inventory.service.js';
import { LocationDocument, LocationSchema } from './location.schema.js';
import { LocationsRepository } from './locations.repository.js';
import { LocationsService } from './locations.service.js';

/** Stock: locations, what lies there of each variant, reservations. */
@Module({
  imports: [
    ProductsModule,
    MongooseModule.forFeature([
      { name: LocationDocument.name, schema: LocationSchema },
      { name: InventoryLevelDocument.name, schema: InventoryLevelSchema },
    ]),
  ],
  controllers: [InventoryController],
  providers: [LocationsRepository, LocationsService, InventoryRepository, InventoryService],
  exports: [InventoryService],
})
export class InventoryModule {}

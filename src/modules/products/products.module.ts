import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { CsvModule } from '../../platform/csv/csv.module.js';
import { ScheduleRegistry } from '../../platform/scheduler/schedule-registry.js';
import { SubscriptionsModule } from '../subscriptions/index.js';
import { ExportService } from './export/export.service.js';
import { FeaturedProductsController } from './featured/featured-products.controller.js';
import { FeaturedProductsRepository } from './featured/featured-products.repository.js';
import { FeaturedProductsDocument, FeaturedProductsSchema } from './featured/featured-products.schema.js';
import { FeaturedProductsService } from './featured/featured-products.service.js';
import { BatchWriter } from './import/batch-writer.js';
import { ImportController } from './import/import.controller.js';
import { ImportProcessor } from './import/import.processor.js';
import { ImportService } from './import/import.service.js';
import { ProductDocument, ProductSchema } from './product.schema.js';
import { ProductsController } from './products.controller.js';
import { ProductsRepository } from './products.repository.js';
import { ProductsService } from './products.service.js';
import { reconcileQuotas } from './quota-reconciliation.job.js';
import { QuotaReconciliationProcessor } from './quota-reconciliation.processor.js';

/** The catalogue: products, their import and export. */
@Module({
  imports: [
    CsvModule,
    SubscriptionsModule,
    MongooseModule.forFeature([
      { name: ProductDocument.name, schema: ProductSchema },
      { name: FeaturedProductsDocument.name, schema: FeaturedProductsSchema },
    ]),
  ],
  // the import's `export.csv` and `featured` must stand before `:id`
  controllers: [ImportController, FeaturedProductsController, ProductsController],
  providers: [
    ProductsRepository,
    ProductsService,
    FeaturedProductsRepository,
    FeaturedProductsService,
    BatchWriter,
    ImportService,
    ImportProcessor,
    ExportService,
    QuotaReconciliationProcessor,
  ],
  exports: [ProductsService, ImportService],
})
export class ProductsModule {
  constructor(schedules: ScheduleRegistry) {
    schedules.add({
      ...{ cron: '15 4 * * *', job: reconcileQuotas, payload: {} },
      description: 'Counts the products of every shop and corrects what its plan thinks it has.',
    });
  }
}

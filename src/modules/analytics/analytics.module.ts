import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ScheduleRegistry } from '../../platform/scheduler/schedule-registry.js';
import { OrdersModule } from '../orders/index.js';
import { ProductsModule } from '../products/index.js';
import { AggregateAnalyticsProcessor } from './aggregate-analytics.processor.js';
import { AnalyticsController } from './analytics.controller.js';
import { aggregateAnalytics } from './analytics.job.js';
import { AnalyticsService } from './analytics.service.js';
import { SalesAggregatesRepository } from './sales-aggregates.repository.js';
import { SalesApplier } from './sales-applier.js';
import {
  ProductSalesDayDocument,
  ProductSalesDaySchema,
  SalesDayDocument,
  SalesDaySchema,
} from './sales-day.schema.js';
import { SalesHandler } from './sales.handler.js';
import { SalesReconciliation } from './sales-reconciliation.js';

/** What shops sell, summed as it happens. */
@Module({
  imports: [
    OrdersModule,
    ProductsModule,
    MongooseModule.forFeature([
      { name: SalesDayDocument.name, schema: SalesDaySchema },
      { name: ProductSalesDayDocument.name, schema: ProductSalesDaySchema },
    ]),
  ],
  controllers: [AnalyticsController],
  providers: [
    SalesAggregatesRepository,
    SalesApplier,
    SalesHandler,
    SalesReconciliation,
    AggregateAnalyticsProcessor,
    AnalyticsService,
  ],
})
export class AnalyticsModule {
  constructor(schedules: ScheduleRegistry) {
    schedules.add({
      ...{ cron: '45 3 * * *', job: aggregateAnalytics, payload: {} },
      description:
        "AGGREGATE_ANALYTICS: recomputes each shop's last five weeks of sales from its orders, repairs and reports what differs.",
    });
  }
}

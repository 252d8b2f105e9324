import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ScheduleRegistry } from '../../platform/scheduler/schedule-registry.js';
import { TenantDirectory } from '../../platform/tenancy/tenant-directory.js';
import { purgeShops } from './shop-purge.job.js';
import { ShopPurgeProcessor } from './shop-purge.processor.js';
import { ShopKeysHandler } from './shop-keys.handler.js';
import { ShopPurgeService } from './shop-purge.service.js';
import { ShopDocument, ShopSchema } from './shop.schema.js';
import { ShopInstallationService } from './shop-installation.service.js';
import { ShopsController } from './shops.controller.js';
import { ShopsRepository } from './shops.repository.js';
import { ShopsService } from './shops.service.js';

/** The tenants. */
@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: ShopDocument.name, schema: ShopSchema }])],
  controllers: [ShopsController],
  providers: [
    ShopsRepository,
    ShopsService,
    ShopInstallationService,
    ShopPurgeService,
    ShopPurgeProcessor,
    ShopKeysHandler,
    { provide: TenantDirectory, useExisting: ShopsService },
  ],
  exports: [ShopsService, ShopPurgeService, TenantDirectory],
})
export class ShopsModule {
  constructor(schedules: ScheduleRegistry) {
    schedules.add({
      ...{ cron: '30 3 * * *', job: purgeShops, payload: {} },
      description: 'Removes the data of shops that left more than SHOP_RETENTION_DAYS ago.',
    });
  }
}

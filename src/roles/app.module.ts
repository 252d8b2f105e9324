import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { Logger } from 'pino';
import { ConfigModule } from '../config/config.module.js';
import type { Config } from '../config/config.js';
import { AdminModule } from '../modules/admin/index.js';
import { AnalyticsModule } from '../modules/analytics/index.js';
import { AuditModule } from '../modules/audit/index.js';
import { CarriersModule } from '../modules/carriers/index.js';
import { AccessGuard, IdentifyGuard, IdentityModule } from '../modules/identity/index.js';
import { CustomersModule } from '../modules/customers/index.js';
import { DocumentsModule } from '../modules/documents/index.js';
import { DevicesModule } from '../modules/devices/index.js';
import { InventoryModule } from '../modules/inventory/index.js';
import { NotificationsModule } from '../modules/notifications/index.js';
import { OrdersModule } from '../modules/orders/index.js';
import { LimitGuard, LimitsModule } from '../modules/limits/index.js';
import { PricingModule } from '../modules/pricing/index.js';
import { ProductsModule } from '../modules/products/index.js';
import { ShopsModule } from '../modules/shops/index.js';
import { ShipmentsModule } from '../modules/shipments/index.js';
import { SitemapsModule } from '../modules/sitemaps/index.js';
import { SubscriptionsModule } from '../modules/subscriptions/index.js';
import { WebhooksModule } from '../modules/webhooks/index.js';
import { TransportOrdersModule } from '../modules/transport-orders/index.js';
import { TrackingModule } from '../modules/tracking/index.js';
import { AuditTrailModule } from '../platform/audit/audit.module.js';
import { CacheModule } from '../platform/cache/cache.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { FilesModule } from '../platform/files/files.module.js';
import { HealthModule } from '../platform/health/health.module.js';
import { ProblemFilter } from '../platform/http/problem.filter.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { MailModule } from '../platform/mail/mail.module.js';
import { ObservabilityModule } from '../platform/observability/observability.module.js';
import { OutboundModule } from '../platform/outbound/outbound.module.js';
import { QueueModule } from '../platform/queue/queue.module.js';
import { SchedulerModule } from '../platform/scheduler/scheduler.module.js';
import { TenancyModule } from '../platform/tenancy/tenancy.module.js';

/**
 * The whole product in one container. Every role is built from it: `api` starts no workers, `worker` opens no routes
 * but the operators' (see `role.ts`).
 */
@Module({})
export class AppModule {
  static with(config: Config, logger: Logger, more: (Type | DynamicModule)[] = []): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        ObservabilityModule.with(logger),
        TenancyModule,
        DatabaseModule,
        EventsModule,
        AuditTrailModule,
        IdempotencyModule,
        CacheModule,
        FilesModule,
        QueueModule,
        MailModule,
        OutboundModule,
        SchedulerModule,
        HealthModule,
        IdentityModule,
        ShopsModule,
        SubscriptionsModule,
        LimitsModule,
        ProductsModule,
        CarriersModule,
        PricingModule,
        TransportOrdersModule,
        TrackingModule,
        DocumentsModule,
        CustomersModule,
        InventoryModule,
        DevicesModule,
        OrdersModule,
        AnalyticsModule,
        ShipmentsModule,
        SitemapsModule,
        NotificationsModule,
        WebhooksModule,
        AuditModule,
        AdminModule,
        ...more,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        // guards run in this order: a caller with wrong credentials is counted before it is refused
        { provide: APP_GUARD, useClass: IdentifyGuard },
        { provide: APP_GUARD, useClass: LimitGuard },
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
    };
  }
}

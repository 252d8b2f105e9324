import { Module, type ExecutionContext } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { LimiterStorage } from '../../platform/limits/throttler-storage.js';
import { RateLimiterModule } from '../../platform/limits/limits.module.js';
import { SubscriptionsModule } from '../subscriptions/index.js';
import { LimitDecider } from './limit-decider.js';
import { LimitMetrics } from './limit-metrics.js';
import { appliedPolicy, THROTTLERS } from './limit.guard.js';
import { Overrides } from './overrides.js';
import { PlanLimits } from './plan-limits.js';
import { RefundInterceptor } from './refund.interceptor.js';
import {
  OverrideRevisionDocument,
  OverrideRevisionSchema,
  ThrottlingOverrideDocument,
  ThrottlingOverrideSchema,
} from './throttling-override.schema.js';
import { ThrottlingOverridesController } from './throttling-overrides.controller.js';
import { ThrottlingOverridesRepository } from './throttling-overrides.repository.js';
import { ThrottlingOverridesService } from './throttling-overrides.service.js';

/** Who may ask how often, and the operators' exceptions. Its guard stands before every route: see `AppModule`. */
@Module({
  imports: [
    RateLimiterModule,
    SubscriptionsModule,
    ThrottlerModule.forRootAsync({
      imports: [RateLimiterModule],
      inject: [LimiterStorage],
      useFactory: throttlerOptions,
    }),
    MongooseModule.forFeature([
      { name: ThrottlingOverrideDocument.name, schema: ThrottlingOverrideSchema },
      { name: OverrideRevisionDocument.name, schema: OverrideRevisionSchema },
    ]),
  ],
  controllers: [ThrottlingOverridesController],
  providers: [
    ThrottlingOverridesRepository,
    ThrottlingOverridesService,
    Overrides,
    PlanLimits,
    LimitDecider,
    LimitMetrics,
    { provide: APP_INTERCEPTOR, useClass: RefundInterceptor },
  ],
  // what LimitGuard is made of: AppModule registers it between the guards of identity
  exports: [ThrottlerModule, LimitDecider, LimitMetrics],
})
export class LimitsModule {}

/** Every number of a request comes from the decision the guard has made for it. */
function throttlerOptions(storage: LimiterStorage): ThrottlerModuleOptions {
  const applied = (context: ExecutionContext, name: string) => appliedPolicy(context, name)?.quota;
  return {
    storage,
    throttlers: THROTTLERS.map((name) => ({
      name,
      limit: (context) => applied(context, name)?.limit ?? 0,
      ttl: (context) => applied(context, name)?.windowMs ?? 0,
      skipIf: (context) => applied(context, name) === undefined,
    })),
  };
}

import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ScheduleRegistry } from '../../platform/scheduler/schedule-registry.js';
import { PlanDocument, PlanSchema } from './plan.schema.js';
import { PlansController } from './plans.controller.js';
import { PlansRepository } from './plans.repository.js';
import { PlansService } from './plans.service.js';
import { ProductQuota } from './product-quota.js';
import { SubscriptionDocument, SubscriptionSchema } from './subscription.schema.js';
import { SubscriptionsController } from './subscriptions.controller.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { endTrials } from './trials.job.js';
import { TrialsProcessor } from './trials.processor.js';

/** Plans, what each shop is subscribed to, and the limits that follow. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: PlanDocument.name, schema: PlanSchema },
      { name: SubscriptionDocument.name, schema: SubscriptionSchema },
    ]),
  ],
  controllers: [PlansController, SubscriptionsController],
  providers: [
    PlansRepository,
    PlansService,
    SubscriptionsRepository,
    SubscriptionsService,
    ProductQuota,
    TrialsProcessor,
  ],
  exports: [PlansService, SubscriptionsService, ProductQuota],
})
export class SubscriptionsModule {
  constructor(schedules: ScheduleRegistry) {
    schedules.add({
      ...{ cron: '5 * * * *', job: endTrials, payload: {} },
      description: 'Ends the trials that are over.',
    });
  }
}

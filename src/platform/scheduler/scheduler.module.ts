import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ScheduleModule } from '@nestjs/schedule';
import { warmCaches } from '../cache/cache-warm.job.js';
import { removeOldJobs } from '../queue/job-retention.job.js';
import { ScheduleRegistry } from './schedule-registry.js';
import { ScheduleDocument, ScheduleSchema } from './schedule.schema.js';
import { SchedulesController } from './schedules.controller.js';
import { SchedulesRepository } from './schedules.repository.js';
import { SchedulesService } from './schedules.service.js';

/** What runs by the clock: features add their schedules. */
@Global()
@Module({
  imports: [
    ScheduleModule.forRoot(),
    MongooseModule.forFeature([{ name: ScheduleDocument.name, schema: ScheduleSchema }]),
  ],
  controllers: [SchedulesController],
  providers: [ScheduleRegistry, SchedulesRepository, SchedulesService],
  exports: [ScheduleRegistry, SchedulesService],
})
export class SchedulerModule {
  constructor(schedules: ScheduleRegistry) {
    schedules.add({
      ...{ cron: '45 3 * * *', job: removeOldJobs, payload: {}, dryRun: true },
      description: 'Removes the oldest ended jobs beyond what each queue keeps.',
    });
    schedules.add({
      ...{ cron: '*/30 * * * *', job: warmCaches, payload: {} },
      description: 'Has every instance load anew what is popular in its memory, before it expires.',
    });
  }
}

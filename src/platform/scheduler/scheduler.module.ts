import { Global, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { ScheduleRegistry } from './schedule-registry.js';

@Global()
@Module({ imports: [ScheduleModule.forRoot()], providers: [ScheduleRegistry], exports: [ScheduleRegistry] })
export class SchedulerModule {}

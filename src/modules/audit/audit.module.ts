import { Module } from '@nestjs/common';
import { ScheduleRegistry } from '../../platform/scheduler/schedule-registry.js';
import { removeExpiredEvents } from './audit-retention.job.js';
import { AuditRetentionProcessor } from './audit-retention.processor.js';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';

/** Who changed what: for operators, and for each tenant its own. */
@Module({
  controllers: [AuditController],
  providers: [AuditService, AuditRetentionProcessor],
})
export class AuditModule {
  constructor(schedules: ScheduleRegistry) {
    schedules.add({
      ...{ cron: '45 2 * * *', job: removeExpiredEvents, payload: {}, dryRun: true },
      description: 'Removes audit events older than AUDIT_RETENTION_DAYS.',
    });
  }
}

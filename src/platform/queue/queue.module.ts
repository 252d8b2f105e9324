import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLettersRepository } from './dead-letters.repository.js';
import { DeadLettersService } from './dead-letters.service.js';
import { JobBeginnings } from './job-beginnings.js';
import { JobCompletions } from './job-completions.js';
import { JobEntries } from './job-entries.js';
import { JobHandlers } from './job-handlers.js';
import { JobJournal } from './job-journal.js';
import { JobListsRepository } from './job-lists.repository.js';
import { JobReconciler } from './job-reconciler.js';
import { JobRetentionProcessor } from './job-retention.job.js';
import { JobRetention } from './job-retention.js';
import { JobRunner } from './job-runner.js';
import { JobWatcher } from './job-watcher.js';
import { JobDocument, JobSchema } from './job.schema.js';
import { JobsAhead } from './jobs-ahead.js';
import { JobsController } from './jobs.controller.js';
import { JobsRepository } from './jobs.repository.js';
import { JobsService } from './jobs.service.js';
import { QueueHealth } from './queue-health.js';
import { QueueMetrics } from './queue-metrics.js';
import { QueueRegistry } from './queue-registry.js';
import { QueueWorkers } from './queue-workers.js';
import { QueuesController } from './queues.controller.js';
import { RunningJobs } from './running-jobs.js';

/** Jobs: started by services, run by processors in the same container, followed over HTTP. */
@Global()
@Module({
  imports: [DiscoveryModule, MongooseModule.forFeature([{ name: JobDocument.name, schema: JobSchema }])],
  controllers: [JobsController, DeadLettersController, QueuesController],
  providers: [
    ...[QueueRegistry, QueueWorkers, JobHandlers, JobRunner, RunningJobs, JobEntries, JobReconciler],
    ...[JobsRepository, JobListsRepository, JobJournal, JobsService, JobWatcher],
    ...[JobsAhead, JobBeginnings, JobCompletions],
    ...[DeadLettersRepository, DeadLettersService, QueueHealth, QueueMetrics],
    ...[JobRetention, JobRetentionProcessor],
  ],
  exports: [JobsService, JobsRepository, JobRunner, QueueRegistry, QueueHealth, DeadLettersService],
})
export class QueueModule {}

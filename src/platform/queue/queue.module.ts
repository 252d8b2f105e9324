import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { JobGate } from './job-gate.js';
import { JobHandlers } from './job-handlers.js';
import { JobJournal } from './job-journal.js';
import { JobReconciler } from './job-reconciler.js';
import { JobRunner } from './job-runner.js';
import { JobWatcher } from './job-watcher.js';
import { JobDocument, JobSchema } from './job.schema.js';
import { JobsController } from './jobs.controller.js';
import { JobsRepository } from './jobs.repository.js';
import { JobsService } from './jobs.service.js';
import { QueueRegistry } from './queue-registry.js';
import { QueueWorkers } from './queue-workers.js';
import { RunningJobs } from './running-jobs.js';

/** Jobs: started by services, run by processors in the same container, followed over HTTP. */
@Global()
@Module({
  imports: [DiscoveryModule, MongooseModule.forFeature([{ name: JobDocument.name, schema: JobSchema }])],
  controllers: [JobsController],
  providers: [
    ...[QueueRegistry, QueueWorkers, JobHandlers, JobRunner, RunningJobs, JobGate, JobReconciler],
    ...[JobsRepository, JobJournal, JobsService, JobWatcher],
  ],
  exports: [JobsService, JobGate, JobsRepository, JobRunner, QueueRegistry],
})
export class QueueModule {}

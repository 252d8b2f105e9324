import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, mongo, Types } from 'mongoose';
import type { JobRecord, JobState } from './job.js';
import { JobDocument } from './job.schema.js';
import { toRecord } from './jobs.repository.js';

export interface JobFilter {
  /** Of these tenants; absent for every one and the system's own. */
  shops?: readonly string[];
  state?: JobState;
  name?: string;
  /** Runs of the schedule of this name, whatever their state. */
  schedule?: string;
}

/** Pages of jobs, newest first. */
@Injectable()
export class JobListsRepository {
  private readonly jobs: mongo.Collection<JobDocument>;

  constructor(@InjectModel(JobDocument.name) model: Model<JobDocument>) {
    this.jobs = model.collection as unknown as mongo.Collection<JobDocument>;
  }

  async list(wanted: JobFilter, before: Types.ObjectId | undefined, limit: number): Promise<JobRecord[]> {
    const { shops, state, name, schedule } = wanted;
    if (schedule !== undefined) return this.runs(schedule, before, limit);
    const filter = {
      ...(shops ? { shop: { $in: [...shops] } } : {}),
      ...(state ? { state } : {}),
      ...(name === undefined ? {} : { name }),
      ...(before ? { _id: { $lt: before } } : {}),
    };
    const hint = shops ? indexOfShops(state) : indexOfAll(state);
    const found = await this.jobs
      .find(filter, { sort: { _id: -1 }, hint, limit, batchSize: limit, singleBatch: true })
      .toArray();
    return found.map(toRecord);
  }

  private async runs(name: string, before: Types.ObjectId | undefined, limit: number): Promise<JobRecord[]> {
    const filter = { name, 'trigger.kind': { $exists: true }, ...(before ? { _id: { $lt: before } } : {}) };
    const page = { limit, batchSize: limit, singleBatch: true };
    const found = await this.jobs
      .find(filter, { sort: { _id: -1 }, hint: 'schedule_runs', ...page })
      .toArray();
    return found.map(toRecord);
  }
}

/** Most jobs are completed: those are met on the way through all, the others have an index. */
function indexOfAll(state: JobState | undefined): string {
  return state === undefined || state === 'completed' ? '_id_' : 'notCompleted_state_id';
}

function indexOfShops(state: JobState | undefined): string {
  return state === undefined || state === 'completed' ? 'shop_id' : 'shop_notCompleted_state_id';
}

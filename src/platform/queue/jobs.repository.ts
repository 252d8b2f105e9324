import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import type { JobError, JobProgress, JobRecord, JobState } from './job.js';
import { JobDocument } from './job.schema.js';
import type { QueueName } from './queues.js';

export interface NewJob {
  name: string;
  queue: QueueName;
  shop: string | null;
  payload: object;
  key?: string;
  openKey?: string;
}

const OPEN: JobState[] = ['waiting', 'active'];

/** The `jobs` collection. Every change of state expects the state it starts from. */
@Injectable()
export class JobsRepository {
  constructor(@InjectModel(JobDocument.name) private readonly jobs: Model<JobDocument>) {}

  async insert(job: NewJob, id: Types.ObjectId, session?: ClientSession): Promise<JobRecord> {
    const now = new Date();
    const created = new this.jobs({ ...job, _id: id, state: 'waiting', createdAt: now, touchedAt: now });
    await created.save({ session: session ?? null });
    return toRecord(created.toObject());
  }

  async find(id: string): Promise<JobRecord | undefined> {
    const [job] = await this.findMany([id]);
    return job;
  }

  async findMany(ids: string[]): Promise<JobRecord[]> {
    const valid = ids.filter((id) => Types.ObjectId.isValid(id)).map((id) => new Types.ObjectId(id));
    const jobs = await this.jobs.find({ _id: trusted({ $in: valid }) }).lean<JobDocument[]>();
    return jobs.map(toRecord);
  }

  async findOpen(openKey: string): Promise<JobRecord | undefined> {
    const job = await this.jobs.findOne({ openKey }).hint('openKey').lean<JobDocument>();
    return job ? toRecord(job) : undefined;
  }

  /** Takes back a start that could not be queued; a job that was picked up meanwhile stays. */
  async withdraw(id: string, session: ClientSession): Promise<boolean> {
    const filter = { _id: new Types.ObjectId(id), state: 'waiting', attempts: 0 } as const;
    const { deletedCount } = await this.jobs.deleteOne(filter, { session });
    return deletedCount === 1;
  }

  /** Marks an open job as running and returns it, or undefined when it is done or gone. */
  async activate(id: string): Promise<JobRecord | undefined> {
    const now = new Date();
    const job = await this.jobs
      .findOneAndUpdate(
        { _id: new Types.ObjectId(id), state: trusted({ $in: OPEN }) },
        { $set: { state: 'active', startedAt: now, touchedAt: now }, $inc: { attempts: 1 } },
        { returnDocument: 'after' },
      )
      .lean<JobDocument>();
    return job ? toRecord(job) : undefined;
  }

  async touch(id: string, progress: JobProgress): Promise<void> {
    await this.jobs.updateOne(
      { _id: new Types.ObjectId(id), state: 'active' },
      { $set: { progress, touchedAt: new Date() } },
    );
  }

  async complete(id: string, result: object, expiresAt: Date): Promise<void> {
    const now = new Date();
    await this.jobs.updateOne(
      { _id: new Types.ObjectId(id), state: 'active' },
      {
        $set: { state: 'completed', result, error: null, finishedAt: now, touchedAt: now, expiresAt },
        $unset: { openKey: 1 },
      },
    );
  }

  /** Notes a failed try: back to waiting, or for good when `final`. */
  async fail(id: string, error: JobError, final: boolean, expiresAt: Date): Promise<void> {
    const now = new Date();
    const end = final
      ? { state: 'failed' as const, finishedAt: now, expiresAt }
      : { state: 'waiting' as const };
    await this.jobs.updateOne(
      { _id: new Types.ObjectId(id), state: trusted({ $in: OPEN }) },
      { $set: { ...end, error, touchedAt: now }, ...(final ? { $unset: { openKey: 1 } } : {}) },
    );
  }

  /** Open jobs without a sign of life since `before`, oldest first. */
  async silentSince(before: Date, limit: number): Promise<JobRecord[]> {
    const jobs = await this.jobs
      .find({ state: trusted({ $in: OPEN }), touchedAt: trusted({ $lt: before }) })
      .sort({ touchedAt: 1 })
      .limit(limit)
      .hint('state_touchedAt')
      .lean<JobDocument[]>();
    return jobs.map(toRecord);
  }

  async markSeen(ids: string[]): Promise<void> {
    const objectIds = ids.map((id) => new Types.ObjectId(id));
    await this.jobs.updateMany({ _id: trusted({ $in: objectIds }) }, { $set: { touchedAt: new Date() } });
  }

  /** The newest completed runs of a job, to estimate the next from. */
  async lastCompleted(name: string, limit: number): Promise<JobRecord[]> {
    const jobs = await this.jobs
      .find({ name, state: 'completed' })
      .sort({ finishedAt: -1 })
      .limit(limit)
      .hint('name_state_finishedAt')
      .lean<JobDocument[]>();
    return jobs.map(toRecord);
  }

  /** Removes every job of a tenant. */
  async deleteAll(shop: string): Promise<number> {
    return (await this.jobs.deleteMany({ shop }).hint('shop_createdAt')).deletedCount;
  }
}

function toRecord(job: JobDocument): JobRecord {
  return {
    id: String(job._id),
    name: job.name,
    queue: job.queue,
    shop: job.shop,
    payload: job.payload,
    state: job.state,
    progress: job.progress,
    result: job.result,
    error: job.error,
    attempts: job.attempts,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
  };
}

import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import { bulkFailures } from '../database/database-errors.js';
import { Batcher } from '../database/batcher.js';
import { hasEnded, type JobProgress, type JobRecord, type JobState, type JobTrigger } from './job.js';
import { ENDED_SINCE, JobDocument } from './job.schema.js';
import type { Queueable } from './queue-scripts.js';
import type { QueueName } from './queues.js';

export interface NewJob {
  name: string;
  queue: QueueName;
  shop: string | null;
  payload: object;
  payloadVersion: number;
  priority: number;
  group: string | null;
  trigger: JobTrigger | null;
  key?: string;
  openKey?: string;
  /** Its start is taken back where it cannot be queued. */
  revocable?: true;
}

/** Each waits for the majority: those that come meanwhile need not wait for it twice. */
const INSERTS = { atOnce: 4 };
/** What a payload leaves undefined is not stored. */
const PLAIN = { ignoreUndefined: true };
const DONE = Promise.resolve();

export const OPEN: JobState[] = ['waiting', 'active'];

/** The `jobs` collection. Every change of state expects the state it starts from. */
@Injectable()
export class JobsRepository {
  private readonly inserts = new Batcher<JobDocument, Promise<unknown>>(
    (all) => this.insertTogether(all),
    INSERTS,
  );

  constructor(@InjectModel(JobDocument.name) private readonly jobs: Model<JobDocument>) {}

  /** In a transaction, or together with what others insert at the same time. */
  async insert(job: NewJob, id: Types.ObjectId, session?: ClientSession): Promise<JobRecord> {
    const document = newDocument(job, id);
    if (session) await this.jobs.collection.insertOne(document, { ...PLAIN, session });
    else await this.inserts.ask(document);
    return toRecord(document);
  }

  /** Inserts many in one command. */
  async insertMany(jobs: NewJob[], session: ClientSession): Promise<JobRecord[]> {
    const documents = jobs.map((job) => newDocument(job, new Types.ObjectId()));
    await this.jobs.collection.insertMany(documents, { ...PLAIN, session });
    return documents.map(toRecord);
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

  /** Notes that an open job is to end; gives it as it was then. */
  async requestCancel(id: string, session: ClientSession): Promise<JobRecord | undefined> {
    const open = { _id: new Types.ObjectId(id), state: trusted({ $in: OPEN }) };
    const set = { $set: { cancelling: true } };
    const job = await this.jobs.findOneAndUpdate(open, set, { session }).lean<JobDocument>();
    return job ? toRecord(job) : undefined;
  }

  /** Takes back a start that could not be queued; a job that was picked up meanwhile stays. */
  async withdraw(id: string, session: ClientSession): Promise<boolean> {
    const filter = { _id: new Types.ObjectId(id), state: 'waiting', attempts: 0 } as const;
    const { deletedCount } = await this.jobs.deleteOne(filter, { session });
    return deletedCount === 1;
  }

  /** Notes how far a running job is; getting further than any try before clears its crashes. */
  async touch(id: string, progress: JobProgress, further: boolean): Promise<void> {
    await this.jobs.updateOne(
      { _id: new Types.ObjectId(id), state: 'active' },
      {
        $set: {
          progress,
          touchedAt: new Date(),
          ...(further ? { furthest: progress.done, crashes: 0 } : {}),
        },
      },
    );
  }

  /** Waiting and running jobs without a sign of life since `before`, oldest first. */
  async silentSince(before: Date, limit: number): Promise<JobRecord[]> {
    const jobs = await this.jobs
      .find({ state: trusted({ $in: OPEN }), touchedAt: trusted({ $lt: before }) })
      .sort({ touchedAt: 1 })
      .limit(limit)
      .hint('open_touchedAt')
      .lean<JobDocument[]>();
    return jobs.map(toRecord);
  }

  /** Of these jobs those that are not over. */
  async stillOpen(ids: readonly string[]): Promise<JobRecord[]> {
    return (await this.findMany([...ids])).filter(({ state }) => !hasEnded(state));
  }

  /** The jobs of these groups of the queue `events` that are not over, in the order of their start. */
  async openEvents(groups: readonly string[]): Promise<Queueable[]> {
    const jobs = await this.jobs
      .find({ queue: 'events' as const, group: trusted({ $in: groups }), state: trusted({ $in: OPEN }) })
      .select(['name', 'queue', 'priority', 'group'])
      .sort({ _id: 1 })
      .hint('events_open_group')
      .lean<JobDocument[]>();
    return jobs.map(toRecord);
  }

  /**
   * Has the reconciler look at waiting jobs that it would never see: an instance of before, still running during an
   * update, stores those of tenants without `touchedAt` and lets them in itself, unless it ends before.
   */
  async adoptForgotten(): Promise<void> {
    const forgotten = { state: 'waiting' as const, touchedAt: trusted({ $exists: false }) };
    await this.jobs.updateMany(forgotten, { $set: { touchedAt: new Date(0) } }).hint('notCompleted_state_id');
  }

  async markSeen(ids: string[]): Promise<void> {
    const objectIds = ids.map((id) => new Types.ObjectId(id));
    await this.jobs.updateMany({ _id: trusted({ $in: objectIds }) }, { $set: { touchedAt: new Date() } });
  }

  /** The newest completed runs of a job, to estimate the next from. */
  async lastCompleted(name: string, limit: number): Promise<JobRecord[]> {
    const jobs = await this.jobs
      .find({ name, state: 'completed', finishedAt: trusted({ $gt: ENDED_SINCE }) })
      .sort({ finishedAt: -1 })
      .limit(limit)
      .hint('name_finishedAt')
      .lean<JobDocument[]>();
    return jobs.map(toRecord);
  }

  /** Removes every job of a tenant. */
  async deleteAll(shop: string): Promise<number> {
    return (await this.jobs.deleteMany({ shop }).hint('shop_id')).deletedCount;
  }

  /** What one command refuses of some, e.g. a key that is taken, is told to each by a try of its own. */
  private async insertTogether(documents: JobDocument[]): Promise<Promise<unknown>[]> {
    const refused = new Set<number>();
    try {
      await this.jobs.collection.insertMany(documents, { ...PLAIN, ordered: false });
    } catch (error) {
      const failures = bulkFailures(error);
      if (!failures?.length) throw error;
      for (const { index } of failures) refused.add(index);
    }
    return documents.map((document, at) =>
      refused.has(at) ? this.jobs.collection.insertOne(document, PLAIN) : DONE,
    );
  }
}

function newDocument(job: NewJob, _id: Types.ObjectId): JobDocument {
  const now = new Date();
  return {
    ...{ _id, ...job, state: 'waiting', touchedAt: now, createdAt: now, startedAt: null, finishedAt: null },
    ...{ progress: null, result: null, error: null, attempts: 0, crashes: 0, furthest: 0, cancelling: false },
  };
}

export function toRecord(job: JobDocument): JobRecord {
  const { _id, name, queue, shop, payload = {}, state, progress, result, error, attempts } = job;
  const { createdAt, startedAt, finishedAt } = job;
  return {
    id: String(_id),
    ...{ name, queue, shop, payload, state, progress, result, error, attempts },
    // records of before these existed have none
    payloadVersion: job.payloadVersion ?? 1,
    priority: job.priority ?? 0,
    group: job.group ?? null,
    crashes: job.crashes ?? 0,
    furthest: job.furthest ?? 0,
    cancelling: job.cancelling ?? false,
    trigger: job.trigger ?? null,
    ...{ createdAt, startedAt, finishedAt },
  };
}

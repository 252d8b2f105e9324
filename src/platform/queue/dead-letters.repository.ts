import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type ClientSession, type Model, type mongo } from 'mongoose';
import type { JobFailure, JobRecord } from './job.js';
import { JobDocument } from './job.schema.js';
import { toRecord } from './jobs.repository.js';

const INDEX = 'deadAt';

export interface DeadLetterFilter {
  queue?: string;
  name?: string;
  shop?: string;
}

export interface DeadLetter {
  job: JobRecord;
  deadAt: Date;
  failure: JobFailure;
}

export type Position = Pick<JobDocument, '_id'> & { deadAt: Date };

/** Jobs that were given up for no fault of their tenant's. */
@Injectable()
export class DeadLettersRepository {
  private readonly jobs: mongo.Collection<JobDocument>;

  constructor(@InjectModel(JobDocument.name) model: Model<JobDocument>) {
    this.jobs = model.collection as unknown as mongo.Collection<JobDocument>;
  }

  /** Newest first, behind `last`. */
  async list(wanted: DeadLetterFilter, last: Position | undefined, limit: number): Promise<DeadLetter[]> {
    const behind = last && {
      deadAt: { $lte: last.deadAt },
      $or: [{ deadAt: { $lt: last.deadAt } }, { deadAt: last.deadAt, _id: { $lt: last._id } }],
    };
    const found = await this.jobs
      .find({ ...wanted, ...(behind ?? { deadAt: { $exists: true } }) } as mongo.Filter<JobDocument>, {
        sort: { deadAt: -1, _id: -1 },
        hint: INDEX,
        limit,
        batchSize: limit,
        singleBatch: true,
      })
      .toArray();
    return found.map(toDeadLetter);
  }

  async find(id: string): Promise<DeadLetter | undefined> {
    const found = Types.ObjectId.isValid(id) && (await this.jobs.findOne({ _id: new Types.ObjectId(id) }));
    return found && found.deadAt ? toDeadLetter(found) : undefined;
  }

  /** Makes a dead letter a waiting job again, as if it were new. Undefined when it is none any more. */
  async revive(id: string, session?: ClientSession): Promise<JobRecord | undefined> {
    const fresh = { attempts: 0, crashes: 0, cancelling: false, startedAt: null, finishedAt: null };
    const revived = await this.jobs.findOneAndUpdate(
      { _id: new Types.ObjectId(id), state: 'failed', deadAt: { $exists: true } },
      {
        $set: { state: 'waiting', ...fresh, touchedAt: new Date() },
        $unset: { deadAt: 1, expiresAt: 1, failure: 1 },
      },
      { returnDocument: 'after', ...(session ? { session: session } : {}) },
    );
    return revived ? toRecord(revived) : undefined;
  }

  /** Lets go of a dead letter: it is a failed job like any other, removed at `expiresAt`. */
  async discard(id: string, expiresAt: Date, session: ClientSession): Promise<JobRecord | undefined> {
    const discarded = await this.jobs.findOneAndUpdate(
      { _id: new Types.ObjectId(id), deadAt: { $exists: true } },
      { $unset: { deadAt: 1 }, $set: { expiresAt } },
      { returnDocument: 'after', session: session },
    );
    return discarded ? toRecord(discarded) : undefined;
  }

  /** How many there are, by queue. */
  async counts(): Promise<ReadonlyMap<string, number>> {
    const counts = await this.jobs
      .aggregate<{
        _id: string;
        count: number;
      }>([{ $match: { deadAt: { $exists: true } } }, { $group: { _id: '$queue', count: { $sum: 1 } } }], {
        hint: INDEX,
      })
      .toArray();
    return new Map(counts.map(({ _id, count }) => [_id, count]));
  }
}

function toDeadLetter(job: JobDocument): DeadLetter {
  const { deadAt, failure } = job;
  return {
    job: toRecord(job),
    deadAt: deadAt ?? new Date(0),
    failure: failure ?? { message: '', stack: '' },
  };
}

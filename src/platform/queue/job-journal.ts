import { Inject, Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model, type mongo } from 'mongoose';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Batcher } from './batcher.js';
import type { JobError, JobFailure, JobRecord } from './job.js';
import { JobDocument } from './job.schema.js';
import { OPEN, toRecord } from './jobs.repository.js';

const DAY_MS = 24 * 3600 * 1000;
/** Dead letters wait for an operator, not for ever. */
const DEAD_LETTER_DAYS = 90;
/** The place of a completed job is free: its record can wait for others. */
const GATHER_MS = 10;
const BY_ID = { _id: 1 } as const;
const ENDED = { openKey: 1, gate: 1 } as const;

interface Completion {
  id: string;
  result: object;
}

export interface Failed {
  error: JobError;
  failure: JobFailure;
  /** No further try. */
  final: boolean;
  /** It goes to the dead letters. */
  dead: boolean;
}

/**
 * Notes in the records how runs begin and end, many in one command: the part of a job's cost that BullMQ does not
 * have. The driver's collection is used, as where a command carries hundreds of changes casting costs more than them.
 */
@Injectable()
export class JobJournal {
  private readonly jobs: mongo.Collection<JobDocument>;
  private readonly activations = new Batcher<string, JobRecord | undefined>((ids) => this.activateMany(ids));
  private readonly completions = new Batcher<Completion, true>((all) => this.completeMany(all), {
    gatherMs: GATHER_MS,
  });

  constructor(
    @InjectModel(JobDocument.name) model: Model<JobDocument>,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.jobs = model.collection as unknown as mongo.Collection<JobDocument>;
  }

  /**
   * Marks an open job as running and returns it, or undefined when it has ended or is gone. One that was running
   * already has lost its process: that is counted.
   */
  async activate(id: string): Promise<JobRecord | undefined> {
    return this.activations.ask(id);
  }

  /** Closes a job; undone when it was ended otherwise meanwhile. */
  async complete(id: string, result: object): Promise<void> {
    await this.completions.ask({ id, result });
  }

  /** Notes a failed try: back to waiting, or for good. */
  async fail(id: string, { error, failure, final, dead }: Failed): Promise<void> {
    const now = new Date();
    await this.jobs.updateOne(open(id), {
      $set: {
        ...{ error, failure, touchedAt: now },
        ...(final ? { state: 'failed', ...this.ended(now) } : { state: 'waiting' }),
        ...(dead ? { deadAt: now, expiresAt: new Date(now.getTime() + DEAD_LETTER_DAYS * DAY_MS) } : {}),
      },
      ...(final ? { $unset: ENDED } : {}),
    });
  }

  /** Ends a job because that was asked for; with `waiting`, only one that does not run. */
  async cancelled(id: string, waiting?: 'waiting'): Promise<boolean> {
    const now = new Date();
    const set = { state: 'cancelled' as const, cancelling: true, ...this.ended(now), touchedAt: now };
    const filter = { ...open(id), ...(waiting ? { state: waiting } : {}) };
    return (await this.jobs.updateOne(filter, { $set: set, $unset: ENDED })).modifiedCount === 1;
  }

  /** Gives a job back whose process shuts down: this try does not count. */
  async release(id: string): Promise<void> {
    await this.jobs.updateOne(open(id), {
      $set: { state: 'waiting', touchedAt: new Date() },
      $inc: { attempts: -1 },
    });
  }

  /**
   * Closes jobs in one command, without waiting for others to come along. A statement for each would cost MongoDB
   * twice as much: the results are picked from a list instead.
   */
  async completeMany(all: Completion[]): Promise<true[]> {
    const now = new Date();
    const ids = all.map(({ id }) => new Types.ObjectId(id));
    const results = { $literal: all.map(({ result }) => result) };
    const result = { $arrayElemAt: [results, { $indexOfArray: [{ $literal: ids }, '$_id'] }] };
    await this.jobs.updateMany(
      { _id: { $in: ids }, state: { $in: OPEN } },
      [
        { $set: { state: 'completed', result, error: null, ...this.ended(now), touchedAt: now } },
        { $unset: Object.keys(ENDED) },
      ],
      { hint: BY_ID },
    );
    return all.map(() => true);
  }

  /** Reads while it writes: what was read before the write gets what that changes here. */
  private async activateMany(ids: string[]): Promise<(JobRecord | undefined)[]> {
    const _ids = ids.filter((id) => Types.ObjectId.isValid(id)).map((id) => new Types.ObjectId(id));
    if (_ids.length === 0) return [];
    const now = new Date();
    const open = { _id: { $in: _ids }, state: { $in: OPEN } };
    const [{ matchedCount }, read] = await Promise.all([
      this.jobs.updateMany(open, begin(now), BEGIN),
      this.readOpen(_ids),
    ]);
    // else one of them was ended in between
    const begun = matchedCount === read.length ? read : await this.readOpen(_ids);
    const records = begun.map((job) => toRecord(hasBegun(job, now) ? job : asBegun(job, now)));
    const byId = new Map(records.map((record) => [record.id, record]));
    return ids.map((id) => byId.get(id));
  }

  private async readOpen(ids: Types.ObjectId[]): Promise<JobDocument[]> {
    const options = {
      hint: BY_ID,
      readPreference: 'primary',
      batchSize: ids.length,
      singleBatch: true,
    } as const;
    return this.jobs.find({ _id: { $in: ids }, state: { $in: OPEN } }, options).toArray();
  }

  private ended(now: Date): Pick<JobDocument, 'finishedAt' | 'expiresAt'> {
    return { finishedAt: now, expiresAt: new Date(now.getTime() + this.config.queue.retentionDays * DAY_MS) };
  }
}

/** A beginning that a failover takes back costs a count of crashes at most: the job runs either way. */
const BEGIN = { hint: BY_ID, writeConcern: { w: 1 } };

function begin(now: Date) {
  return [
    {
      $set: {
        ...{ state: 'active', startedAt: now, touchedAt: now },
        gate: { $cond: [{ $eq: ['$gate', 'held'] }, 'admitted', { $ifNull: ['$gate', '$$REMOVE'] }] },
        attempts: { $add: ['$attempts', 1] },
        crashes: { $add: [{ $ifNull: ['$crashes', 0] }, { $cond: [{ $eq: ['$state', 'active'] }, 1, 0] }] },
      },
    },
  ];
}

function hasBegun({ state, startedAt }: JobDocument, now: Date): boolean {
  return state === 'active' && startedAt?.getTime() === now.getTime();
}

/** What `begin` makes of a record, as far as a run needs it. */
function asBegun(job: JobDocument, now: Date): JobDocument {
  const crashes = (job.crashes ?? 0) + (job.state === 'active' ? 1 : 0);
  return { ...job, state: 'active', startedAt: now, attempts: job.attempts + 1, crashes };
}

function open(id: string) {
  return { _id: new Types.ObjectId(id), state: { $in: OPEN } };
}

import { Inject, Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model, type mongo } from 'mongoose';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Batcher } from '../database/batcher.js';
import type { JobError, JobFailure, JobRecord } from './job.js';
import { JobDocument } from './job.schema.js';
import { OPEN, toRecord } from './jobs.repository.js';

const DAY_MS = 24 * 3600 * 1000;
/** Dead letters wait for an operator, not for ever. */
const DEAD_LETTER_DAYS = 90;
/** For so long after its insert a start may be taken back (`JobsService.start`). */
const REVOCABLE_MS = 10_000;
const BY_ID = { _id: 1 } as const;
const ENDED = { openKey: 1 } as const;

export interface Completion {
  id: string;
  startedAt: Date;
  result: object;
}

/** A run that has begun. */
export type Beginning = Pick<Completion, 'id' | 'startedAt'>;

/** What is to begin. `lost`: an earlier run ended with its process, maybe before it was noted. */
interface Activation {
  id: string;
  lost: boolean;
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
  private readonly activations = new Batcher<Activation, JobRecord | undefined>((all) =>
    this.activateMany(all),
  );

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
  async activate(activation: Activation): Promise<JobRecord | undefined> {
    return this.activations.ask(activation);
  }

  /** Of these jobs those that have never run and may be run without asking again, as running from now on. */
  async firstRuns(ids: string[]): Promise<JobRecord[]> {
    const now = Date.now();
    const waiting = { _id: { $in: objectIds(ids) }, state: 'waiting' as const };
    const read = await this.jobs.find(waiting, inOneBatch(ids)).toArray();
    return read.filter((job) => isFirstRun(job, now)).map(toRecord);
  }

  /** Marks jobs as running that were begun beside this; what has ended meanwhile stays so. */
  async begun(all: Beginning[]): Promise<void> {
    const first = { _id: { $in: objectIds(idsOf(all)) }, state: 'waiting' as const, attempts: 0 };
    const startedAt = ofEach(all, (run) => run.startedAt);
    await this.jobs.updateMany(first, begin(new Date(), startedAt), BEGIN);
  }

  /** Notes a failed try: back to waiting, or for good. */
  async fail(id: string, { error, failure, final, dead }: Failed): Promise<void> {
    const now = new Date();
    await this.jobs.updateOne(open([id]), {
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
    const filter = { ...open([id]), ...(waiting ? { state: waiting } : {}) };
    return (await this.jobs.updateOne(filter, { $set: set, $unset: ENDED })).modifiedCount === 1;
  }

  /** Gives a job back whose process shuts down: this try does not count. */
  async release(id: string): Promise<void> {
    await this.jobs.updateOne(open([id]), {
      $set: { state: 'waiting', touchedAt: new Date() },
      $inc: { attempts: -1 },
    });
  }

  /**
   * Closes jobs in one command, but those that were ended otherwise meanwhile. A statement for each would cost MongoDB
   * twice as much: what is not the same for all is picked from lists instead.
   */
  async completeMany(all: Completion[]): Promise<void> {
    const result = ofEach(all, (one) => one.result);
    const startedAt = ofEach(all, (one) => one.startedAt);
    await this.jobs.updateMany(
      open(idsOf(all)),
      [
        {
          $set: {
            ...{ state: 'completed', result, error: null, startedAt, finishedAt: new Date() },
            attempts: { $max: ['$attempts', 1] }, // the beginning of a short run is noted here
          },
        },
        { $unset: Object.keys(ENDED) },
      ],
      { hint: BY_ID },
    );
  }

  /** Reads while it writes: what was read before the write gets what that changes here. */
  private async activateMany(all: Activation[]): Promise<(JobRecord | undefined)[]> {
    const ids = idsOf(all);
    const lost = new Set(all.filter((one) => one.lost).map(({ id }) => id));
    const now = new Date();
    const [{ matchedCount }, read] = await Promise.all([
      this.jobs.updateMany(open(ids), begin(now, now, objectIds([...lost])), BEGIN),
      this.readOpen(ids),
    ]);
    // else one of them was ended in between
    const begun = matchedCount === read.length ? read : await this.readOpen(ids);
    const records = begun.map((job) =>
      toRecord(hasBegun(job, now) ? job : asBegun(job, now, lost.has(String(job._id)))),
    );
    const byId = new Map(records.map((record) => [record.id, record]));
    return all.map(({ id }) => byId.get(id));
  }

  private async readOpen(ids: string[]): Promise<JobDocument[]> {
    return this.jobs.find(open(ids), inOneBatch(ids)).toArray();
  }

  private ended(now: Date): Pick<JobDocument, 'finishedAt' | 'expiresAt'> {
    return { finishedAt: now, expiresAt: new Date(now.getTime() + this.config.queue.retentionDays * DAY_MS) };
  }
}

/** A beginning that a failover takes back costs a count of crashes at most: the job runs either way. */
const BEGIN = { hint: BY_ID, writeConcern: { w: 1 } };

/** `lost`: of those that have no try noted, which one was lost with its process. */
function begin(now: Date, startedAt: object, lost: Types.ObjectId[] = []) {
  const unnoted = lost.length === 0 ? 0 : { $cond: [isUnnoted(lost), 1, 0] };
  const crashed = { $cond: [{ $eq: ['$state', 'active'] }, 1, unnoted] };
  return [
    {
      $set: {
        ...{ state: 'active', startedAt, touchedAt: now },
        attempts: { $add: ['$attempts', 1, unnoted] },
        crashes: { $add: [{ $ifNull: ['$crashes', 0] }, crashed] },
      },
    },
  ];
}

function isUnnoted(lost: Types.ObjectId[]) {
  return { $and: [{ $in: ['$_id', lost] }, { $eq: ['$attempts', 0] }] };
}

function hasBegun({ state, startedAt }: JobDocument, now: Date): boolean {
  return state === 'active' && startedAt?.getTime() === now.getTime();
}

/** What `begin` makes of a record, as far as a run needs it. */
function asBegun(job: JobDocument, now: Date, lost: boolean): JobDocument {
  const unnoted = lost && job.attempts === 0 ? 1 : 0;
  const crashes = (job.crashes ?? 0) + (job.state === 'active' ? 1 : unnoted);
  return { ...job, state: 'active', startedAt: now, attempts: job.attempts + 1 + unnoted, crashes };
}

/** Whether a record as it was just read may be run without being asked again. */
function isFirstRun(job: JobDocument, now: number): boolean {
  const { state, attempts, cancelling, revocable, createdAt } = job;
  if (state !== 'waiting' || attempts > 0 || cancelling) return false;
  return !revocable || createdAt.getTime() < now - REVOCABLE_MS;
}

/** In an update of all their records, the value of each. */
function ofEach<T extends { id: string }>(all: readonly T[], value: (one: T) => object) {
  const at = { $indexOfArray: [{ $literal: objectIds(idsOf(all)) }, '$_id'] };
  return { $arrayElemAt: [{ $literal: all.map(value) }, at] };
}

function inOneBatch({ length }: readonly unknown[]) {
  return { hint: BY_ID, readPreference: 'primary', batchSize: length, singleBatch: true } as const;
}

function idsOf(all: readonly { id: string }[]): string[] {
  return all.map(({ id }) => id);
}

/** What is no id is none of a record. */
function objectIds(ids: readonly string[]): Types.ObjectId[] {
  return ids.filter((id) => Types.ObjectId.isValid(id)).map((id) => new Types.ObjectId(id));
}

function open(ids: readonly string[]) {
  return { _id: { $in: objectIds(ids) }, state: { $in: OPEN } };
}

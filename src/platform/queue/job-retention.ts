import { Inject, Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, mongo } from 'mongoose';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { jobTypes } from './job.js';
import { ENDED_SINCE, JobDocument } from './job.schema.js';
import { QUEUE_NAMES, QUEUES, type QueueName, type QueuePolicy } from './queues.js';

const INDEX = 'name_finishedAt';
const BATCH = 1_000;
const DAY_MS = 24 * 3600 * 1000;

interface Removal {
  keep?: (queue: QueueName) => QueuePolicy['keep'];
  dryRun?: boolean;
  signal?: AbortSignal;
}

function policyOf(queue: QueueName): QueuePolicy['keep'] {
  return QUEUES[queue].keep;
}

/**
 * Keeps ended jobs within their queue's bounds of number and bytes, and completed ones within JOB_RETENTION_DAYS. The age of
 * what did not complete is the TTL index's: in it each completion would cost an entry.
 */
@Injectable()
export class JobRetention {
  private readonly jobs: mongo.Collection<JobDocument>;

  constructor(
    @InjectModel(JobDocument.name) model: Model<JobDocument>,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.jobs = model.collection as unknown as mongo.Collection<JobDocument>;
  }

  /** Removes the oldest ended jobs beyond the bounds, or only counts them; dead letters stay. Returns how many. */
  async removeBeyond({ keep = policyOf, dryRun = false, signal }: Removal = {}): Promise<number> {
    let removed = await this.remove(await this.tooOld(), dryRun);
    for (const queue of QUEUE_NAMES) {
      signal?.throwIfAborted();
      const bound = await this.boundOf(queue, keep(queue));
      if (!bound) continue;
      removed += await this.remove(endedIn(queue, bound), dryRun);
    }
    return removed;
  }

  private async remove(filter: mongo.Filter<JobDocument>, dryRun: boolean): Promise<number> {
    if (dryRun) return this.jobs.countDocuments(filter, { hint: INDEX });
    return (await this.jobs.deleteMany(filter, { hint: INDEX })).deletedCount;
  }

  /** Completed ones, also of names that no code knows any more. */
  private async tooOld(): Promise<mongo.Filter<JobDocument>> {
    const until = new Date(Date.now() - this.config.queue.retentionDays * DAY_MS);
    const ended = { finishedAt: { $gt: ENDED_SINCE, $lte: until } };
    const names = await this.jobs
      .aggregate<{ _id: string }>([{ $match: ended }, { $group: { _id: '$name' } }], { hint: INDEX })
      .toArray();
    return { name: { $in: names.map(({ _id }) => _id) }, ...ended, state: 'completed' };
  }

  /** When the newest of those ended that is one too many. */
  private async boundOf(queue: QueueName, { count, bytes }: QueuePolicy['keep']): Promise<Date | undefined> {
    const newestFirst = this.jobs.find<{ finishedAt: Date; bytes: number }>(endedIn(queue, new Date()), {
      projection: { finishedAt: 1, bytes: { $bsonSize: '$$ROOT' } },
      ...{ sort: { finishedAt: -1 }, hint: INDEX, batchSize: BATCH },
    });
    const kept = { count: 0, bytes: 0 };
    for await (const job of newestFirst) {
      kept.count++;
      kept.bytes += job.bytes;
      if (kept.count > count || kept.bytes > bytes) return job.finishedAt;
    }
    return undefined;
  }
}

/** Ended jobs of a queue that are no dead letters. The names are what the index knows a queue by. */
function endedIn(queue: QueueName, until: Date) {
  const names = jobTypes().filter((type) => type.queue === queue);
  return {
    ...{ name: { $in: names.map(({ name }) => name) }, queue },
    ...{ finishedAt: { $gt: ENDED_SINCE, $lte: until }, deadAt: { $exists: false } },
  };
}

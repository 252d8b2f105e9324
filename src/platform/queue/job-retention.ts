import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, mongo } from 'mongoose';
import { jobTypes } from './job.js';
import { ENDED_SINCE, JobDocument } from './job.schema.js';
import { QUEUE_NAMES, QUEUES, type QueueName, type QueuePolicy } from './queues.js';

const INDEX = 'name_finishedAt';
const BATCH = 1_000;

interface Removal {
  keep?: (queue: QueueName) => QueuePolicy['keep'];
  dryRun?: boolean;
  signal?: AbortSignal;
}

function policyOf(queue: QueueName): QueuePolicy['keep'] {
  return QUEUES[queue].keep;
}

/** Keeps ended jobs within their queue's bounds of number and bytes; those of age are the TTL index's. */
@Injectable()
export class JobRetention {
  private readonly jobs: mongo.Collection<JobDocument>;

  constructor(@InjectModel(JobDocument.name) model: Model<JobDocument>) {
    this.jobs = model.collection as unknown as mongo.Collection<JobDocument>;
  }

  /** Removes the oldest ended jobs beyond the bounds, or only counts them; dead letters stay. Returns how many. */
  async removeBeyond({ keep = policyOf, dryRun = false, signal }: Removal = {}): Promise<number> {
    let removed = 0;
    for (const queue of QUEUE_NAMES) {
      signal?.throwIfAborted();
      const bound = await this.boundOf(queue, keep(queue));
      if (!bound) continue;
      const beyond = endedIn(queue, bound);
      removed += dryRun
        ? await this.jobs.countDocuments(beyond, { hint: INDEX })
        : (await this.jobs.deleteMany(beyond, { hint: INDEX })).deletedCount;
    }
    return removed;
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

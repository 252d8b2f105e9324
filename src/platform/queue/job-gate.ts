import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model, type mongo } from 'mongoose';
import type { Logger } from 'pino';
import { LOGGER } from '../observability/observability.module.js';
import { Batcher } from './batcher.js';
import { JobDocument, type Gate } from './job.schema.js';
import { toRecord } from './jobs.repository.js';
import { ASK_FIRST, QueueRegistry } from './queue-registry.js';
import { TenantRate } from './tenant-rate.js';
import { QUEUES, type QueueName } from './queues.js';

const INDEX = 'queue_gate_group';

type Head = JobDocument & { _id: Types.ObjectId };

/**
 * Fairness within a queue: of each group (a tenant) no more than `perTenant` jobs are queued or running, the others
 * wait in the database. The queue itself stays first come first served, and so a single job never stands behind
 * another tenant's ten thousand. With a `tenantPerSecond` no more than that of a group are let in in a second. Whoever
 * ends a job lets the next of its group in; what a crash left is let in by the reconciler. Of one group the jobs come
 * in the order of priority, then of their start.
 */
@Injectable()
export class JobGate implements OnModuleDestroy {
  private readonly jobs: mongo.Collection<JobDocument>;
  private readonly claims = new Batcher<Types.ObjectId, boolean>((ids) => this.claim(ids));
  /** Groups being looked at; true when that has to be done once more. */
  private readonly looking = new Map<string, boolean>();
  /** Of groups that have used up their rate: when to look again. */
  private readonly later = new Map<string, NodeJS.Timeout>();

  constructor(
    @InjectModel(JobDocument.name) model: Model<JobDocument>,
    private readonly queues: QueueRegistry,
    private readonly rate: TenantRate,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.jobs = model.collection as unknown as mongo.Collection<JobDocument>;
  }

  /** As `admit`, beside the caller's work: called again while it looks, it looks once more. */
  soon(queue: QueueName, group: string | null): void {
    if (group === null) return;
    const key = `${queue} ${group}`;
    if (this.looking.has(key)) {
      this.looking.set(key, true);
      return;
    }
    this.looking.set(key, false);
    this.admit(queue, group)
      .catch((err: unknown) => {
        this.logger.warn({ err, queue }, 'Waiting jobs could not be queued yet');
      })
      .finally(() => {
        const again = this.looking.get(key);
        this.looking.delete(key);
        if (again) this.soon(queue, group);
      });
  }

  /** Lets as many of the group's waiting jobs into the queue as it has room for. */
  async admit(queue: QueueName, group: string): Promise<void> {
    const { perTenant } = QUEUES[queue];
    const [admitted, held] = await this.heads(queue, group, perTenant);
    const room = held.slice(0, perTenant - admitted.length);
    const { jobs, retryMs } = await this.rate.take(queue, group, room.length);
    if (jobs < room.length) this.lookLater(queue, group, retryMs);
    const next = room.slice(0, jobs);
    if (next.length === 0) return;
    const ids = next.map(({ _id }) => _id);
    const own = await Promise.all(ids.map((id) => this.claims.ask(id)));
    try {
      // another instance may have let one in, and it may have run: then its record is asked
      await this.queues.addMany(next.map(toRecord), own.every(Boolean) ? {} : ASK_FIRST);
    } catch (error) {
      await this.giveBack(ids);
      throw error;
    }
  }

  onModuleDestroy(): void {
    for (const timer of this.later.values()) clearTimeout(timer);
  }

  /** How many jobs of a queue wait in the database. */
  async countHeld(queue: QueueName): Promise<number> {
    return this.jobs.countDocuments({ queue, gate: 'held' }, { hint: INDEX });
  }

  /** Those of the groups that have a job which is not over. */
  async groupsBusy(queue: QueueName, groups: readonly string[]): Promise<Set<string>> {
    const open = { queue, gate: { $in: ['admitted', 'held'] as Gate[] }, group: { $in: groups } };
    const busy = await this.jobs.find(open, { projection: { _id: 0, group: 1 }, hint: INDEX }).toArray();
    return new Set(busy.map(({ group }) => group ?? ''));
  }

  /** Groups of a queue that have jobs waiting in the database. */
  async groupsWaiting(queue: QueueName): Promise<string[]> {
    const groups = await this.jobs
      .aggregate<{
        _id: string;
      }>([{ $match: { queue, gate: 'held' } }, { $group: { _id: '$group' } }], { hint: INDEX })
      .toArray();
    return groups.map(({ _id }) => _id);
  }

  /** Marks jobs as let in; true where nobody else has. A crash before they are queued is the reconciler's to mend. */
  private async claim(ids: Types.ObjectId[]): Promise<boolean[]> {
    const { modifiedCount } = await this.jobs.updateMany(
      { _id: { $in: ids }, gate: 'held' },
      { $set: { gate: 'admitted', touchedAt: new Date() } },
      { hint: { _id: 1 }, writeConcern: { w: 1 } },
    );
    return ids.map(() => modifiedCount === ids.length);
  }

  /** Jobs that could not be queued wait again. */
  private async giveBack(ids: Types.ObjectId[]): Promise<void> {
    await this.jobs.updateMany(
      { _id: { $in: ids }, gate: 'admitted', state: 'waiting', attempts: 0 },
      { $set: { gate: 'held' }, $unset: { touchedAt: 1 } },
      { hint: { _id: 1 } },
    );
  }

  /** Should this process end before, the reconciler of another looks. */
  private lookLater(queue: QueueName, group: string, ms: number): void {
    const key = `${queue} ${group}`;
    if (this.later.has(key)) return;
    const look = () => {
      this.later.delete(key);
      this.soon(queue, group);
    };
    this.later.set(key, setTimeout(look, ms).unref());
  }

  /** The first of a group at the gate: those let in, then those waiting, read in one go. */
  private async heads(
    queue: QueueName,
    group: string,
    perTenant: number,
  ): Promise<[admitted: Head[], held: Head[]]> {
    const limit = 2 * perTenant;
    const found = (await this.jobs
      .find(
        { queue, gate: { $in: ['admitted', 'held'] }, group },
        {
          sort: { gate: 1, priority: 1, _id: 1 },
          projection: { name: 1, queue: 1, gate: 1, priority: 1 },
          ...{ hint: INDEX, limit, batchSize: limit, singleBatch: true },
        },
      )
      .toArray()) as Head[];
    return [found.filter(({ gate }) => gate === 'admitted'), found.filter(({ gate }) => gate === 'held')];
  }
}

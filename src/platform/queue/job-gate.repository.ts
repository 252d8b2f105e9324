import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model, type mongo } from 'mongoose';
import { JobDocument, type Gate } from './job.schema.js';
import type { QueueName } from './queues.js';

const INDEX = 'queue_gate_group';
const BY_ID = { _id: 1 } as const;
const ORDER = { priority: 1, _id: 1 } as const;

/** A record at the gate. */
export type AtGate = JobDocument & { _id: Types.ObjectId };

/** The records of a queue at its gate: `held` in the database only, `admitted` in the queue or running. */
@Injectable()
export class JobGateRepository {
  private readonly jobs: mongo.Collection<JobDocument>;

  constructor(@InjectModel(JobDocument.name) model: Model<JobDocument>) {
    this.jobs = model.collection as unknown as mongo.Collection<JobDocument>;
  }

  /** The first of a group: those let in, then those waiting, read in one go. */
  async heads(queue: QueueName, group: string, limit: number): Promise<[admitted: AtGate[], held: AtGate[]]> {
    const found = (await this.jobs
      .find(
        { queue, gate: { $in: ['admitted', 'held'] }, group },
        {
          sort: { gate: 1, ...ORDER },
          projection: { name: 1, queue: 1, gate: 1, priority: 1 },
          ...{ hint: INDEX, limit, batchSize: limit, singleBatch: true },
        },
      )
      .toArray()) as AtGate[];
    return [found.filter(({ gate }) => gate === 'admitted'), found.filter(({ gate }) => gate === 'held')];
  }

  /**
   * The first of a group that wait, whole, in the order in which they are let in. `after` one of them MongoDB need not
   * step over the index entries of all that have gone, which it keeps for minutes.
   */
  async firstHeld(queue: QueueName, group: string, limit: number, after?: AtGate): Promise<AtGate[]> {
    const from = after ? { priority: after.priority ?? 0, _id: { $gt: after._id } } : {};
    const one = { sort: ORDER, hint: INDEX, limit, batchSize: limit, singleBatch: true };
    return this.jobs.find({ queue, gate: 'held', group, ...from }, one).toArray();
  }

  /** Marks waiting jobs as let in. Gives the ids of those that were: not what another instance was faster with. */
  async claim(ids: Types.ObjectId[]): Promise<ReadonlySet<string>> {
    const claim = new Types.ObjectId();
    const { modifiedCount } = await this.jobs.updateMany(
      { _id: { $in: ids }, gate: 'held' },
      { $set: { gate: 'admitted', touchedAt: new Date(), claim } },
      { hint: BY_ID, writeConcern: { w: 1 } },
    );
    if (modifiedCount === ids.length) return new Set(ids.map(String));
    const own = { hint: BY_ID, projection: BY_ID, readPreference: 'primary' } as const;
    const found = await this.jobs.find({ _id: { $in: ids }, claim }, own).toArray();
    return new Set(found.map(({ _id }) => String(_id)));
  }

  /** Jobs that were let in and could not be queued wait again. */
  async giveBack(ids: Types.ObjectId[]): Promise<void> {
    await this.jobs.updateMany(
      { _id: { $in: ids }, gate: 'admitted', state: 'waiting', attempts: 0 },
      { $set: { gate: 'held' }, $unset: { touchedAt: 1 } },
      { hint: BY_ID },
    );
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
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';
import { isDuplicateKey } from './database-errors.js';

export const LEASE_MS = 10_000;

interface LeaseDocument {
  _id: string;
  owner: string;
  /** Who had it when it was last taken or kept. */
  previous: string | null;
  until: Date;
}

/** Leases of work that one process at a time does. Times are the database's, so that no clock needs to be right. */
@Injectable()
export class Leases {
  private readonly leases: mongo.Collection<LeaseDocument>;

  constructor(@InjectConnection() connection: Connection) {
    this.leases = connection.collection<LeaseDocument>('leases');
  }

  of(name: string, ms = LEASE_MS): Lease {
    return new Lease(this.leases, name, ms);
  }
}

/** Held by one process at a time. A holder that was frozen may believe in it too long: it protects work, not truth. */
export class Lease {
  private readonly owner = randomUUID();
  private validUntil = 0;

  constructor(
    private readonly leases: mongo.Collection<LeaseDocument>,
    private readonly name: string,
    private readonly ms: number,
  ) {}

  /**
   * Takes or keeps the lease; asks the database only when half of it is over. `inherited` says that it was taken
   * from a holder that let it run out: one that died.
   */
  async hold(): Promise<{ held: boolean; inherited: boolean }> {
    const begun = performance.now();
    if (begun < this.validUntil - this.ms / 2) return { held: true, inherited: false };
    const lease = await this.take();
    if (lease?.owner !== this.owner) return { held: false, inherited: false };
    this.validUntil = begun + this.ms;
    return { held: true, inherited: lease.previous !== null && lease.previous !== this.owner };
  }

  /** Lets another process have it at once. */
  async release(): Promise<void> {
    if (this.validUntil === 0) return;
    this.validUntil = 0;
    await this.leases.deleteOne({ _id: this.name, owner: this.owner });
  }

  /** The lease after the attempt, whoever has it. */
  private async take(): Promise<LeaseDocument | null> {
    const isFree = {
      $or: [
        { $eq: [{ $type: '$owner' }, 'missing'] },
        { $eq: ['$owner', this.owner] },
        { $lt: ['$until', '$$NOW'] },
      ],
    };
    const until = { $dateAdd: { startDate: '$$NOW', unit: 'millisecond', amount: this.ms } };
    const ifFree = (value: unknown, otherwise: string) => ({ $cond: [isFree, value, otherwise] });
    try {
      return await this.leases.findOneAndUpdate(
        { _id: this.name },
        [
          {
            $set: {
              owner: ifFree(this.owner, '$owner'),
              previous: ifFree({ $ifNull: ['$owner', null] }, '$previous'),
              until: ifFree(until, '$until'),
            },
          },
        ],
        { upsert: true, returnDocument: 'after' },
      );
    } catch (error) {
      if (isDuplicateKey(error)) return null; // two made it at once
      throw error;
    }
  }
}

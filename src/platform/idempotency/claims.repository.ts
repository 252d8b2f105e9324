import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { mongo, type Model } from 'mongoose';
import { isDuplicateKey } from '../database/database-errors.js';
import { ClaimDocument } from './claim.schema.js';

export type NewClaim = Pick<
  ClaimDocument,
  '_id' | 'shop' | 'principal' | 'fingerprint' | 'owner' | 'lockedUntil' | 'createdAt' | 'expiresAt'
> & { seed: Buffer };

/** The claim a try holds, by which its writes are guarded. */
export type Held = Pick<ClaimDocument, '_id' | 'owner'>;

/** The `idempotency_keys` collection; every change expects the owner it was made for. */
@Injectable()
export class ClaimsRepository {
  private readonly claims: mongo.Collection<ClaimDocument>;

  constructor(@InjectModel(ClaimDocument.name) model: Model<ClaimDocument>) {
    this.claims = model.collection as unknown as mongo.Collection<ClaimDocument>;
  }

  /** False when the key is claimed. */
  async insert({ seed, ...claim }: NewClaim): Promise<boolean> {
    try {
      await this.claims.insertOne({ ...claim, seed: new mongo.Binary(seed), state: 'running', tries: 1 });
      return true;
    } catch (error) {
      if (isDuplicateKey(error, '_id_')) return false;
      throw error;
    }
  }

  /** From the primary: a secondary may not have heard of the answer. */
  async find(id: string): Promise<ClaimDocument | null> {
    return this.claims.findOne({ _id: id }, { readPreference: 'primary' });
  }

  /** Takes a claim over whose holder did not renew it; null when it moved meanwhile. */
  async takeOver(dead: Held, owner: string, now: Date, lockedUntil: Date): Promise<ClaimDocument | null> {
    return this.claims.findOneAndUpdate(
      { _id: dead._id, owner: dead.owner, state: 'running', lockedUntil: { $lte: now } },
      { $set: { owner, lockedUntil }, $inc: { tries: 1 } },
      { returnDocument: 'after' },
    );
  }

  async renew({ _id, owner }: Held, lockedUntil: Date): Promise<void> {
    await this.claims.updateOne({ _id, owner, state: 'running' }, { $set: { lockedUntil } });
  }

  /** False when another try holds the claim, or it is bound to other content. */
  async seal({ _id, owner }: Held, fingerprint: string): Promise<boolean> {
    const { matchedCount } = await this.claims.updateOne(
      { _id, owner, fingerprint: { $in: [null, fingerprint] } },
      { $set: { fingerprint } },
    );
    return matchedCount === 1;
  }

  /** False when another try holds the claim. */
  async complete({ _id, owner }: Held, answer: string): Promise<boolean> {
    const { matchedCount } = await this.claims.updateOne(
      { _id, owner, state: 'running' },
      { $set: { state: 'done', answer }, $unset: { seed: 1 } },
    );
    return matchedCount === 1;
  }

  async delete({ _id, owner }: Held): Promise<void> {
    await this.claims.deleteOne({ _id, owner, state: 'running' });
  }

  async deleteExpired(id: string, now: Date): Promise<void> {
    await this.claims.deleteOne({ _id: id, expiresAt: { $lte: now } });
  }

  async deleteAll(shop: string): Promise<void> {
    await this.claims.deleteMany({ shop }, { hint: 'shop' });
  }
}

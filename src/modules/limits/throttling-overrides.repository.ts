import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import type { SubjectKind, ThrottlingOverride } from './throttling-override.js';
import { OverrideRevisionDocument, ThrottlingOverrideDocument } from './throttling-override.schema.js';

const REVISION = 'throttling-overrides';

/** Overrides belong to the operators, not to a tenant. Every change counts the revision up in the caller's transaction. */
@Injectable()
export class ThrottlingOverridesRepository {
  constructor(
    @InjectModel(ThrottlingOverrideDocument.name)
    private readonly overrides: Model<ThrottlingOverrideDocument>,
    @InjectModel(OverrideRevisionDocument.name) private readonly revisions: Model<OverrideRevisionDocument>,
  ) {}

  async revision(): Promise<number> {
    return (await this.revisions.findById(REVISION).lean<OverrideRevisionDocument>())?.revision ?? 0;
  }

  /** Overrides in force at `now`. */
  async live(now: Date, limit: number): Promise<ThrottlingOverride[]> {
    const found = await this.overrides
      .find({ $or: [{ expiresAt: null }, { expiresAt: trusted({ $gt: now }) }] })
      .limit(limit)
      .hint('expiresAt')
      .lean<ThrottlingOverrideDocument[]>();
    return found.map(toOverride);
  }

  async list(
    filter: { subjectKind?: SubjectKind; subject?: string },
    offset: number,
    limit: number,
  ): Promise<ThrottlingOverride[]> {
    const found = await this.overrides
      .find(filter)
      .sort({ subjectKind: 1, subject: 1 })
      .skip(offset)
      .limit(limit)
      .hint('subjectKind_subject')
      .lean<ThrottlingOverrideDocument[]>();
    return found.map(toOverride);
  }

  async count(filter: { subjectKind?: SubjectKind; subject?: string }): Promise<number> {
    return this.overrides.countDocuments(filter).hint('subjectKind_subject');
  }

  async find(id: string): Promise<ThrottlingOverride | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const found = await this.overrides.findById(id).lean<ThrottlingOverrideDocument>();
    return found && toOverride(found);
  }

  /** Stores an override in the place of one of the same subject that has expired. A duplicate key if one is in force. */
  async insert(
    id: Types.ObjectId,
    override: Omit<ThrottlingOverride, 'id'>,
    session: ClientSession,
  ): Promise<ThrottlingOverride> {
    const { subjectKind, subject, createdAt } = override;
    return this.changing(session, async () => {
      // the TTL monitor runs once a minute
      await this.overrides.deleteOne(
        { subjectKind, subject, expiresAt: trusted({ $lte: createdAt }) },
        { session },
      );
      const [stored] = await this.overrides.create([{ ...override, _id: id }], { session });
      if (!stored) throw new Error('Nothing was stored.');
      return toOverride(stored.toObject());
    });
  }

  async update(
    id: string,
    change: Partial<ThrottlingOverride>,
    version: number,
    session: ClientSession,
  ): Promise<ThrottlingOverride | null> {
    return this.changing(session, async () => {
      const updated = await this.overrides
        .findOneAndUpdate(
          { _id: new Types.ObjectId(id), version },
          { $set: { ...change, updatedAt: new Date() }, $inc: { version: 1 } },
          { returnDocument: 'after', session },
        )
        .lean<ThrottlingOverrideDocument>();
      return updated && toOverride(updated);
    });
  }

  /** Removes an override and gives what it was. */
  async delete(id: string, session: ClientSession): Promise<ThrottlingOverride | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.changing(session, async () => {
      const deleted = await this.overrides
        .findOneAndDelete({ _id: new Types.ObjectId(id) }, { session })
        .lean<ThrottlingOverrideDocument>();
      return deleted && toOverride(deleted);
    });
  }

  private async changing<T>(session: ClientSession, write: () => Promise<T>): Promise<T> {
    const result = await write();
    await this.revisions.updateOne({ _id: REVISION }, { $inc: { revision: 1 } }, { upsert: true, session });
    return result;
  }
}

function toOverride({ _id, ...rest }: ThrottlingOverrideDocument): ThrottlingOverride {
  return { id: String(_id), ...rest };
}

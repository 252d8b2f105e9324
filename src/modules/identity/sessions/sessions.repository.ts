import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import type { Client } from '../../../platform/http/client.js';
import { SessionDocument } from './session.schema.js';

const HINT = 'account_revokedAt_lastUsedAt';

@Injectable()
export class SessionsRepository {
  constructor(@InjectModel(SessionDocument.name) private readonly sessions: Model<SessionDocument>) {}

  /** A session that ends so many milliseconds from now. */
  async insert(
    account: Types.ObjectId,
    client: Client,
    lifetimeMs: number,
    pageToken?: string,
  ): Promise<SessionDocument> {
    const now = new Date();
    const times = { createdAt: now, lastUsedAt: now, expiresAt: new Date(now.getTime() + lifetimeMs) };
    const session = { account, ...client, ...times, ...(pageToken ? { pageToken } : {}) };
    return (await new this.sessions(session).save()).toObject();
  }

  /** The session if it has not ended. */
  async findLive(id: Types.ObjectId): Promise<SessionDocument | null> {
    const session = await this.sessions.findOne({ _id: id, revokedAt: null }).lean<SessionDocument>();
    return session && session.expiresAt > new Date() ? session : null;
  }

  /** Notes a refresh; null when the session has ended. */
  async extend(
    id: Types.ObjectId,
    openedAfter: Date,
    client: Client,
    expiresAt: Date,
  ): Promise<SessionDocument | null> {
    return this.sessions
      .findOneAndUpdate(
        { _id: id, revokedAt: null, createdAt: trusted({ $gt: openedAfter }) },
        { $set: { ...client, lastUsedAt: new Date(), expiresAt } },
        { returnDocument: 'after' },
      )
      .lean<SessionDocument>();
  }

  async touch(id: Types.ObjectId): Promise<void> {
    await this.sessions.updateOne({ _id: id, revokedAt: null }, { $set: { lastUsedAt: new Date() } });
  }

  /** Last used first. */
  async list(account: Types.ObjectId, offset: number, limit: number): Promise<SessionDocument[]> {
    return this.sessions
      .find(this.liveOf(account))
      .sort({ lastUsedAt: -1 })
      .skip(offset)
      .limit(limit)
      .hint(HINT)
      .lean<SessionDocument[]>();
  }

  async count(account: Types.ObjectId): Promise<number> {
    return this.sessions.countDocuments(this.liveOf(account)).hint(HINT);
  }

  /** Ends a session, of that account if given; false when there is none. */
  async revoke(
    id: Types.ObjectId,
    account: Types.ObjectId | undefined,
    session: ClientSession,
  ): Promise<boolean> {
    const { modifiedCount } = await this.sessions.updateOne(
      { _id: id, revokedAt: null, ...(account ? { account } : {}) },
      { $set: { revokedAt: new Date() } },
      { session },
    );
    return modifiedCount === 1;
  }

  async revokeAll(account: Types.ObjectId, except?: Types.ObjectId): Promise<void> {
    await this.sessions
      .updateMany(
        { account, revokedAt: null, ...(except ? { _id: trusted({ $ne: except }) } : {}) },
        { $set: { revokedAt: new Date() } },
      )
      .hint(HINT);
  }

  private liveOf(account: Types.ObjectId) {
    return { account, revokedAt: null, expiresAt: trusted({ $gt: new Date() }) };
  }
}

import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import {
  NotificationDocument,
  type NotificationStatus,
  type NotificationSubject,
} from './notification.schema.js';

export interface NotificationFilter {
  status?: NotificationStatus;
  subject?: NotificationSubject;
}

/** What is stored of the end of a try; content that is not sent again goes with it. */
export type Outcome = Pick<NotificationDocument, 'status' | 'error'> &
  Partial<Pick<NotificationDocument, 'providerId' | 'sentAt' | 'content'>>;

const LOG = { content: 0 } as const;

/** The `notifications` collection; the tenant comes first. */
@Injectable()
export class NotificationsRepository {
  constructor(
    @InjectModel(NotificationDocument.name) private readonly notifications: Model<NotificationDocument>,
  ) {}

  async insert(notification: NotificationDocument, session: ClientSession): Promise<void> {
    await new this.notifications(notification).save({ session });
  }

  async find(tenant: string, id: string): Promise<NotificationDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.notifications
      .findOne({ _id: new Types.ObjectId(id), tenant }, LOG)
      .lean<NotificationDocument>();
  }

  /** Newest first, after the notification `before`. */
  async list(
    tenants: readonly string[],
    { status, subject }: NotificationFilter,
    before: Types.ObjectId | undefined,
    limit: number,
  ): Promise<NotificationDocument[]> {
    const [tenant, ...more] = tenants;
    return this.notifications
      .find(
        {
          tenant: more.length > 0 ? trusted({ $in: [...tenants] }) : tenant,
          ...(subject ? { 'subject.id': subject.id, 'subject.kind': subject.kind } : {}),
          ...(status ? { status } : {}),
          ...(before ? { _id: trusted({ $lt: before }) } : {}),
        },
        LOG,
      )
      .sort({ _id: -1 })
      .limit(limit)
      .hint(subject ? 'subject_id' : status ? 'tenant_status_id' : 'tenant_id')
      .lean<NotificationDocument[]>();
  }

  /**
   * Notes that it is about to be handed over, and gives it as it was before; null when nothing is to be sent. What an
   * earlier try left without an outcome is counted.
   */
  async beginTry(tenant: string, id: string, now: Date): Promise<NotificationDocument | null> {
    const unknown = { $cond: [{ $eq: ['$handedOverAt', null] }, 0, 1] };
    return this.notifications
      .findOneAndUpdate(
        { _id: new Types.ObjectId(id), tenant, status: trusted({ $in: ['queued', 'failed'] }) },
        [
          {
            $set: {
              status: 'queued',
              handedOverAt: now,
              tries: { $add: ['$tries', 1] },
              unknownTries: { $add: ['$unknownTries', unknown] },
            },
          },
        ],
        { returnDocument: 'before', updatePipeline: true },
      )
      .lean<NotificationDocument>();
  }

  /** Notes how a try ended, unless a report was quicker that the mail came back. */
  async endTry(tenant: string, id: string, outcome: Outcome): Promise<void> {
    await this.notifications.updateOne(
      { _id: new Types.ObjectId(id), tenant, status: 'queued' },
      { $set: { ...outcome, handedOverAt: null } },
    );
  }

  /** Notes that a mail we sent came back; its id is proven by whoever reports it, so that no tenant is asked for. */
  async bounced(id: string, error: NotificationDocument['error']): Promise<void> {
    await this.notifications.updateOne(
      { _id: new Types.ObjectId(id), channel: 'email', status: trusted({ $in: ['queued', 'sent'] }) },
      { $set: { status: 'bounced', error, content: null, handedOverAt: null } },
    );
  }

  /** Notes that a message did not reach its phone, as the provider that has it under `providerId` reports. */
  async undelivered(id: string, providerId: string, error: NotificationDocument['error']): Promise<void> {
    if (!Types.ObjectId.isValid(id)) return;
    await this.notifications.updateOne(
      { _id: new Types.ObjectId(id), channel: 'sms', providerId, status: 'sent' },
      { $set: { status: 'bounced', error } },
    );
  }

  /** Gives up what still waits; without effect on what has an end. */
  async giveUp(tenant: string, id: string, error: NotificationDocument['error']): Promise<void> {
    await this.notifications.updateOne(
      { _id: new Types.ObjectId(id), tenant, status: 'queued' },
      { $set: { status: 'failed', error } },
    );
  }

  async deleteAll(tenant: string): Promise<void> {
    await this.notifications.deleteMany({ tenant }).hint('tenant_id');
  }
}

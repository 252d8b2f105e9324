import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Types } from 'mongoose';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { decodeId, encodeCursor } from '../../kernel/cursor.js';
import { AppError, invalidField } from '../../kernel/errors.js';
import { shopDomain } from '../../kernel/shop-domain.js';
import type { AuditChange } from '../../platform/audit/audit-event.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { createOnce } from '../../platform/idempotency/creation.js';
import { fillIn, type MailTemplate, type Variables } from '../../platform/mail/mail-template.js';
import { MailSuppressionsService } from '../../platform/mail/mail-suppressions.service.js';
import { assertComplete, writeMail } from '../../platform/mail/write-mail.js';
import { requestContext } from '../../platform/observability/request-context.js';
import type { JobRecord } from '../../platform/queue/job.js';
import { JobsService } from '../../platform/queue/jobs.service.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import { deliverEmail, deliverSms } from './delivery/deliver.job.js';
import { NotificationContent, type Rendered } from './notification-content.js';
import type {
  NotificationChannel,
  NotificationDocument,
  NotificationSubject,
} from './notification.schema.js';
import { NotificationsRepository, type NotificationFilter } from './notifications.repository.js';
import { UnsubscribeLinks } from './unsubscribe/unsubscribe-links.js';

const SORT = 'notifications';
const DAY_MS = 86_400_000;
/** Ten segments and a bit, as much as Twilio takes. */
const LONGEST_SMS = 1_600;

export interface NewNotification<V extends Variables> {
  /** Whose message it is: a shop or an organisation. */
  tenant: string;
  subject: NotificationSubject;
  template: MailTemplate<V>;
  language: string;
  variables: Partial<V>;
  /** A mail unless stated. */
  channel?: NotificationChannel;
  /** An e-mail address, or a phone number in E.164. */
  to: string;
  fromName?: string;
  replyTo?: string;
  /** Names the event that caused it. */
  cause?: string;
}

/** What people are told, and the log of it. */
@Injectable()
export class NotificationsService implements OnModuleInit {
  constructor(
    private readonly repository: NotificationsRepository,
    private readonly content: NotificationContent,
    private readonly links: UnsubscribeLinks,
    private readonly suppressions: MailSuppressionsService,
    private readonly jobs: JobsService,
    private readonly tenants: TenantData,
    private readonly audit: AuditTrail,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.tenants.register('notifications', (shop) => this.repository.deleteAll(shop));
  }

  /**
   * Writes a message and has it sent; to a suppressed address it is only noted.
   * @throws AppError `template_variables_missing`, `template_unsuitable`
   */
  async create<V extends Variables>(wanted: NewNotification<V>): Promise<NotificationDocument> {
    const template = wanted.template as unknown as MailTemplate;
    assertComplete(template, wanted.variables as Variables);
    const refusal =
      wanted.channel === 'sms'
        ? undefined
        : await this.suppressions.refusal(wanted.tenant, wanted.to, template.kind);
    return createOnce(
      'notification',
      (id) => this.repository.find(wanted.tenant, String(id)),
      async (id) => {
        const notification = this.documentOf(id, wanted, template);
        if (!refusal) return this.store(notification);
        const error = { code: 'suppressed', detail: refusal } as const;
        return this.store({ ...notification, status: 'suppressed', content: null, error });
      },
    );
  }

  /** The same for an event: once, however often it is told. Null when it was there. @throws AppError */
  async createOnceFor<V extends Variables>(
    wanted: NewNotification<V> & { cause: string },
  ): Promise<NotificationDocument | null> {
    try {
      return await this.create(wanted);
    } catch (error) {
      if (isDuplicateKey(error, 'cause')) return null;
      throw error;
    }
  }

  /** @throws AppError `notification_not_found` */
  async get(tenant: string, id: string): Promise<NotificationDocument> {
    const notification = await this.repository.find(tenant, id);
    if (!notification) throw new AppError('notification_not_found', `There is no notification "${id}".`);
    return notification;
  }

  /** A provider tells that a message did not reach its phone; without effect for what it does not have. */
  async undelivered(id: string, providerId: string, detail: string): Promise<void> {
    await this.repository.undelivered(id, providerId, { code: 'bounced', detail });
  }

  /** Newest first. @throws AppError `invalid_cursor` */
  async list(
    tenants: readonly string[],
    filter: NotificationFilter,
    { limit, cursor }: { limit: number; cursor?: string },
  ) {
    const before = cursor === undefined ? undefined : new Types.ObjectId(decodeId(cursor, SORT));
    const notifications = await this.repository.list(tenants, filter, before, limit + 1);
    const hasMore = notifications.length > limit;
    if (hasMore) notifications.pop();
    const last = notifications.at(-1);
    const nextCursor = hasMore && last ? encodeCursor({ sort: SORT, values: [String(last._id)] }) : null;
    return { notifications, page: { hasMore, nextCursor } };
  }

  private documentOf<V extends Variables>(
    _id: Types.ObjectId,
    wanted: NewNotification<V>,
    template: MailTemplate,
  ): NotificationDocument {
    const { tenant, subject, language, to, cause } = wanted;
    const { name, version } = template;
    const rendered = this.rendered(wanted, template);
    const { channel } = rendered;
    const now = new Date();
    return {
      ...{ _id, tenant, subject, channel, template: name, templateVersion: version, language, to },
      ...{ status: 'queued', content: this.content.seal(String(_id), rendered) },
      ...{ handedOverAt: null, tries: 0, unknownTries: 0, error: null, providerId: null, sentAt: null },
      ...{ createdAt: now, expiresAt: new Date(now.getTime() + this.config.mail.retentionDays * DAY_MS) },
      ...(cause ? { cause } : {}),
    };
  }

  private rendered<V extends Variables>(
    { tenant, channel, language, variables, to, fromName, replyTo }: NewNotification<V>,
    template: MailTemplate,
  ): Rendered {
    if (channel === 'sms')
      return {
        channel,
        text: fitting(template.name, fillIn(template, variables as Variables, language).sms),
      };
    const envelope = {
      to,
      ...(fromName ? { fromName } : {}),
      ...(replyTo ? { replyTo } : {}),
      ...(template.kind === 'other'
        ? { unsubscribeUrl: this.links.urlFor({ tenant, address: to, language }) }
        : {}),
    };
    return { channel: 'email', mail: writeMail(template, variables as Variables, envelope, [language]) };
  }

  /** The notification and its job, both or neither. */
  private async store(notification: NotificationDocument): Promise<NotificationDocument> {
    let job: JobRecord | undefined;
    const { _id, tenant, status } = notification;
    await this.audit.recorded(
      async (session) => {
        await this.repository.insert(notification, session);
        const type = notification.channel === 'sms' ? deliverSms : deliverEmail;
        const payload = { tenant, notification: String(_id) };
        const options = { shop: shopDomain(tenant) ?? null, group: tenant };
        job = status === 'queued' ? await this.jobs.record(type, payload, options, session) : undefined;
      },
      // what an event causes is told by the event
      () => (requestContext.getStore()?.principal ? creationOf(notification) : null),
    );
    if (job) this.jobs.release([job]);
    return notification;
  }
}

/** @throws AppError `template_unsuitable` where the template has no short form, `validation_failed` where it grew long */
function fitting(template: string, sms: string | undefined): string {
  if (sms === undefined)
    throw new AppError('template_unsuitable', `The template "${template}" is for mails only.`);
  if (sms.length > LONGEST_SMS)
    throw invalidField(
      'message',
      'too_long',
      `makes it longer than ${LONGEST_SMS} characters, too long for a phone`,
    );
  return sms;
}

function creationOf({ _id, tenant, subject, template, channel, to }: NotificationDocument): AuditChange {
  return {
    ...{ action: 'created', resource: 'notification', resourceId: String(_id) },
    shop: shopDomain(tenant) ?? null,
    after: { subject, template, channel, ...(channel === 'sms' ? { phone: to } : { email: to }) },
  };
}

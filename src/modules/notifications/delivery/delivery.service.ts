import { Injectable } from '@nestjs/common';
import { MailSuppressionsService } from '../../../platform/mail/mail-suppressions.service.js';
import { QUEUES, type QueueName } from '../../../platform/queue/queues.js';
import { NotificationContent } from '../notification-content.js';
import type { NotificationDocument, NotificationError } from '../notification.schema.js';
import { NotificationsRepository, type Outcome } from '../notifications.repository.js';
import { Channels } from './channels.js';
import type { Delivered, DeliverPayload } from './deliver.job.js';
import { SendFault } from './send-fault.js';

/** Hands over what is to be sent, and keeps the log of it. */
@Injectable()
export class DeliveryService {
  constructor(
    private readonly repository: NotificationsRepository,
    private readonly content: NotificationContent,
    private readonly channels: Channels,
    private readonly suppressions: MailSuppressionsService,
  ) {}

  /**
   * One try. The start is stored before anything is handed over and the outcome after it: a process that dies in
   * between leaves an unknown outcome, which is counted, and the message goes out again under the same id.
   * @throws SendFault what a later try may mend
   */
  async deliver(
    { tenant, notification: id }: DeliverPayload,
    attempt: number,
    queue: QueueName,
  ): Promise<Delivered> {
    const notification = await this.repository.beginTry(tenant, id, new Date());
    if (!notification) return {};
    const outcome = await this.send(notification).catch((error: unknown) => {
      if (!(error instanceof SendFault)) throw error;
      return this.outcomeOf(notification, error);
    });
    const last = attempt >= QUEUES[queue].attempts;
    if (outcome instanceof SendFault) {
      const failed = { status: 'failed', error: { code: 'unreachable', detail: outcome.message } } as const;
      await this.repository.endTry(tenant, id, last ? failed : { ...failed, status: 'queued' });
      throw outcome;
    }
    await this.repository.endTry(tenant, id, outcome);
    return { status: outcome.status };
  }

  /** The job has ended: what still waits is sent no more. */
  async giveUp({ tenant, notification }: DeliverPayload): Promise<void> {
    await this.repository.giveUp(
      tenant,
      notification,
      problem('gave_up', 'Its job ended before it was sent.'),
    );
  }

  private async send(notification: NotificationDocument): Promise<Outcome> {
    const { _id, tenant, to, content } = notification;
    const rendered = content === null ? undefined : this.content.open(String(_id), content);
    if (!rendered)
      return { status: 'failed', error: problem('gave_up', 'It was written under another SECRET_KEY.') };
    if (rendered.channel === 'email') {
      const kind = rendered.mail.unsubscribeUrl === undefined ? 'transactional' : 'other';
      const refusal = await this.suppressions.refusal(tenant, to, kind);
      if (refusal) return { status: 'suppressed', error: problem('suppressed', refusal), content: null };
    }
    const providerId = await this.channels.send(String(_id), to, rendered);
    return { status: 'sent', error: null, providerId, sentAt: new Date(), content: null };
  }

  /** What a failed try means for the notification; the fault itself when it is to be tried again. */
  private async outcomeOf(
    { to, channel }: NotificationDocument,
    fault: SendFault,
  ): Promise<Outcome | SendFault> {
    const { code, message } = fault;
    if (code === 'unreachable') return fault;
    if (code !== 'bounced') return { status: 'failed', error: problem(code, message) };
    if (channel === 'email') await this.suppressions.add({ address: to, reason: 'bounce', detail: message });
    return { status: 'bounced', error: problem(code, message), content: null };
  }
}

function problem(code: NotificationError['code'], detail: string): NotificationError {
  return { code, detail };
}

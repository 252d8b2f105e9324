import { Inject, Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { Logger } from 'pino';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import { MailService } from '../../../platform/mail/mail.service.js';
import { writeMail } from '../../../platform/mail/write-mail.js';
import { LOGGER } from '../../../platform/observability/observability.module.js';
import { primaryLanguage, ShopsService } from '../../shops/index.js';
import { WebhookDeliveriesRepository } from '../deliveries/webhook-deliveries.repository.js';
import { endpointChange } from './endpoint-audit.js';
import { webhookDisabledMail } from './endpoint-templates.js';
import type { DisabledReason } from './webhook-endpoint.schema.js';
import { WebhookEndpointsRepository } from './webhook-endpoints.repository.js';

/** Ends endpoints for what they answered, and tells their shop. */
@Injectable()
export class EndpointShutdown {
  constructor(
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly shops: ShopsService,
    private readonly mails: MailService,
    private readonly audit: AuditTrail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Disables the endpoint, gives up what waits for it, and tells the shop once, however often it is called. */
  async disable(shop: ShopDomain, id: Types.ObjectId, reason: DisabledReason): Promise<void> {
    const { email, name, locales } = await this.shops.get(shop);
    const now = new Date();
    const { endpoint, mail } = await this.audit.recorded(
      async (session) => {
        const endpoint = await this.endpoints.disable(shop, id, reason, now, session);
        if (!endpoint || !email) return { endpoint };
        const gone = reason === 'gone' ? '410 Gone' : '';
        const variables = { shopName: name, endpoint: endpoint.url, gone };
        const languages = [primaryLanguage(locales)];
        const notice = writeMail(webhookDisabledMail, variables, { to: email }, languages);
        return { endpoint, mail: await this.mails.record(notice, notice.kind, shop, session) };
      },
      ({ endpoint: after }) =>
        after && endpointChange('disabled', { ...after, status: 'enabled', disabledReason: null }, after),
    );
    if (mail) this.mails.dispatch(mail);
    if (!endpoint) return;
    const deliveries = await this.deliveries.giveUp(shop, id, now);
    this.logger.warn({ endpoint: String(id), reason, deliveries }, 'A webhook endpoint was disabled');
  }
}

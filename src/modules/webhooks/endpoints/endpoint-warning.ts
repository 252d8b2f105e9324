import { Inject, Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { Transactions } from '../../../platform/database/transactions.js';
import { languageOf } from '../../../platform/mail/mail-template.js';
import { MailService } from '../../../platform/mail/mail.service.js';
import { writeMail } from '../../../platform/mail/write-mail.js';
import { primaryLanguage, ShopsService } from '../../shops/index.js';
import { EndpointRunsRepository } from './endpoint-runs.repository.js';
import { webhookFailingMail } from './endpoint-templates.js';

/** Tells a shop that an endpoint of it fails, long before it is disabled for that. */
@Injectable()
export class EndpointWarning {
  constructor(
    private readonly runs: EndpointRunsRepository,
    private readonly shops: ShopsService,
    private readonly mails: MailService,
    private readonly transactions: Transactions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Once for each time it began to fail, however often it is called. */
  async tell(shop: ShopDomain, id: Types.ObjectId, failingSince: Date): Promise<void> {
    const { email, name: shopName, locales, timeZone } = await this.shops.get(shop);
    const language = languageOf(webhookFailingMail, [primaryLanguage(locales)]);
    const moment = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone });
    const told = {
      shopName,
      since: moment.format(failingSince),
      days: String(this.config.webhooks.disableAfterDays),
    };
    const mail = await this.transactions.run(async (session) => {
      const endpoint = await this.runs.warnOf(shop, id, failingSince, session);
      if (!endpoint || !email) return undefined;
      const notice = writeMail(webhookFailingMail, { ...told, endpoint: endpoint.url }, { to: email }, [
        language,
      ]);
      return this.mails.record(notice, notice.kind, shop, session);
    });
    if (mail) this.mails.dispatch(mail);
  }
}

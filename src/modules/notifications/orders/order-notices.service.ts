import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { languageOf, type MailTemplate } from '../../../platform/mail/mail-template.js';
import { MailTransport } from '../../../platform/mail/mail-transport.js';
import { CustomersService, phoneNumber, type Customer } from '../../customers/index.js';
import { OrdersService, type Order } from '../../orders/index.js';
import { primaryLanguage, ShopsService, type Shop } from '../../shops/index.js';
import type { NotificationChannel, NotificationDocument } from '../notification.schema.js';
import { NotificationsService, type NewNotification } from '../notifications.service.js';
import { ORDER_NOTICES } from './order-notice-templates.js';
import { orderVariables } from './order-variables.js';

export interface OrderNotice {
  template: string;
  channel?: NotificationChannel;
  /** Words of the shop, for templates that carry them. */
  message?: string;
  /** What it is written in; the customer's language if absent. */
  language?: string;
}

/** Tells customers what becomes of their orders; always them, never an address a caller names. */
@Injectable()
export class OrderNoticesService {
  constructor(
    private readonly notifications: NotificationsService,
    private readonly orders: OrdersService,
    private readonly customers: CustomersService,
    private readonly shops: ShopsService,
    private readonly mails: MailTransport,
  ) {}

  /**
   * Sends a notice because somebody asks for it.
   * @throws AppError `order_not_found`, `recipient_missing`, `template_variables_missing`, `template_unsuitable`
   */
  async notify(shop: ShopDomain, id: string, notice: OrderNotice): Promise<NotificationDocument> {
    const order = await this.orders.get(shop, id);
    const { customerId } = order;
    const customer = customerId
      ? (await this.customers.byIds(shop, [customerId])).get(customerId)
      : undefined;
    if (!customer || !addressOf(customer, notice.channel)) {
      const what = notice.channel === 'sms' ? 'a phone number' : 'an e-mail address';
      throw new AppError('recipient_missing', `The order has no customer with ${what}.`);
    }
    return this.notifications.create(this.written(await this.shops.get(shop), order, customer, notice));
  }

  /**
   * Sends a notice because something happened, once for each `cause`; nothing where the shop does not want it or the
   * customer has no address.
   */
  async tell(
    shop: ShopDomain,
    id: string,
    customerId: string,
    template: string,
    cause: string,
  ): Promise<void> {
    if (!this.mails.isConfigured) return;
    const customer = (await this.customers.byIds(shop, [customerId])).get(customerId);
    if (!customer?.email) return;
    const settings = await this.shops.get(shop);
    if (!settings.customerNotices || settings.uninstalledAt) return;
    const order = await this.orders.get(shop, id);
    const notice = this.written(settings, order, customer, { template });
    await this.notifications.createOnceFor({ ...notice, cause });
  }

  private written(
    shop: Shop,
    order: Order,
    customer: Customer,
    { template: name, channel = 'email', message, language: asked }: OrderNotice,
  ): NewNotification<Record<string, string>> {
    const template = ORDER_NOTICES[name] as unknown as MailTemplate<Record<string, string>>;
    const wanted = [asked ?? null, customer.language, primaryLanguage(shop.locales)];
    const language = languageOf(template, wanted);
    return {
      ...{ tenant: shop.shop, subject: { kind: 'order', id: String(order._id) }, template, language },
      variables: orderVariables(shop, order, customer, language, message) as Record<string, string>,
      ...{ channel, to: addressOf(customer, channel) ?? '' },
      fromName: shop.name,
      ...(shop.email ? { replyTo: shop.email } : {}),
    };
  }
}

function addressOf({ email, phone }: Customer, channel: NotificationChannel = 'email'): string | null {
  if (channel === 'email') return email;
  return phone === null ? null : (phoneNumber(phone) ?? null);
}

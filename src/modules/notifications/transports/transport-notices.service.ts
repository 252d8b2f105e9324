import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import { shopDomain } from '../../../kernel/shop-domain.js';
import type { Principal } from '../../../platform/http/access.js';
import { actsFor, tenantsWith } from '../../../platform/http/reach.js';
import { languageOf, type MailTemplate } from '../../../platform/mail/mail-template.js';
import { MembersService, OrganisationsService } from '../../identity/index.js';
import { ShopsService } from '../../shops/index.js';
import { TransportOrdersService, type TransportOrder } from '../../transport-orders/index.js';
import type { NotificationDocument } from '../notification.schema.js';
import type { NotificationFilter } from '../notifications.repository.js';
import { NotificationsService } from '../notifications.service.js';
import { transportMessageMail, transportStatusMail } from '../templates/transport-templates.js';
import type { TransportParty } from './transport-notify.dto.js';

/** Owners that are told at most: a notice is no mailing list. */
const RECIPIENTS = 10;

export interface TransportNotice {
  party: TransportParty;
  template: string;
  message?: string;
  language?: string;
}

/** Tells the parties of a transport about it. */
@Injectable()
export class TransportNoticesService {
  constructor(
    private readonly notifications: NotificationsService,
    private readonly orders: TransportOrdersService,
    private readonly organisations: OrganisationsService,
    private readonly members: MembersService,
    private readonly shops: ShopsService,
  ) {}

  /**
   * Sends a notice to the owners of a party.
   * @throws AppError `transport_order_not_found`, `organisation_forbidden`, `recipient_missing`,
   * `template_variables_missing`
   */
  async notify(principal: Principal, id: string, notice: TransportNotice): Promise<NotificationDocument[]> {
    const order = await this.orders.get(principal, id);
    const tenant = senderOf(principal, order);
    const to = await this.addressesOf(order, notice.party);
    if (to.length === 0)
      throw new AppError('recipient_missing', `The ${notice.party} of the order has nobody with an address.`);
    const sender = await this.nameOf(tenant);
    const sent: NotificationDocument[] = [];
    // one after another: their ids follow from the request
    for (const address of to) sent.push(await this.send(tenant, sender, order, address, notice));
    return sent;
  }

  /** What the caller's side sent about a transport. @throws AppError `transport_order_not_found`, `invalid_cursor` */
  async list(
    principal: Principal,
    id: string,
    { status }: Pick<NotificationFilter, 'status'>,
    page: { limit: number; cursor?: string },
  ) {
    const { clientId, carrierId } = await this.orders.get(principal, id);
    const parties = [clientId, ...(carrierId === null ? [] : [carrierId])];
    const reached = tenantsWith(principal, 'transport-orders:read');
    const own = reached === 'all' ? parties : parties.filter((party) => reached.includes(party));
    const filter = { subject: { kind: 'transport_order', id } as const, ...(status ? { status } : {}) };
    return this.notifications.list(own, filter, page);
  }

  private async send(
    tenant: string,
    sender: string,
    order: TransportOrder,
    to: string,
    { template, message = '', language: wanted = 'en' }: TransportNotice,
  ): Promise<NotificationDocument> {
    const { id, reference, status, pickup, delivery, history } = order;
    const about = { reference, status, from: pickup.city, to: delivery.city };
    const common = { tenant, to, subject: { kind: 'transport_order', id }, fromName: sender } as const;
    const languageFor = (known: object) => languageOf(known as MailTemplate, [wanted]);
    return template === transportStatusMail.name
      ? this.notifications.create({
          ...{ ...common, template: transportStatusMail, language: languageFor(transportStatusMail) },
          variables: { ...about, note: message || (history.at(-1)?.note ?? '') },
        })
      : this.notifications.create({
          ...{ ...common, template: transportMessageMail, language: languageFor(transportMessageMail) },
          variables: { ...about, message, sender },
        });
  }

  private async addressesOf(
    { clientId, carrierId }: TransportOrder,
    party: TransportParty,
  ): Promise<string[]> {
    const tenant = party === 'client' ? clientId : carrierId;
    if (tenant === null) return [];
    const shop = shopDomain(tenant);
    if (shop) {
      const { email } = await this.shops.get(shop);
      return email ? [email] : [];
    }
    const { members } = await this.members.list({ kind: party, tenant }, 0, RECIPIENTS);
    return members.filter(({ role }) => role === 'owner').map(({ email }) => email);
  }

  private async nameOf(tenant: string): Promise<string> {
    const shop = shopDomain(tenant);
    return (shop ? await this.shops.get(shop) : await this.organisations.get(tenant)).name;
  }
}

/** In whose name the caller sends: its own side's; an operator in the client's. @throws AppError `organisation_forbidden` */
function senderOf(principal: Principal, { clientId, carrierId }: TransportOrder): string {
  const side = [clientId, carrierId].find(
    (tenant) => tenant !== null && actsFor(principal, 'transport-orders:write', tenant),
  );
  if (side) return side;
  throw new AppError('organisation_forbidden', 'These credentials may not write for a party of the order.');
}

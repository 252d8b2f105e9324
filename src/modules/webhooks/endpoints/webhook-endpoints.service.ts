import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientSession, Types } from 'mongoose';
import { AppError } from '../../../kernel/errors.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import { isDuplicateKey } from '../../../platform/database/database-errors.js';
import { createOnce, newSecret } from '../../../platform/idempotency/creation.js';
import { OutboundHttp } from '../../../platform/outbound/outbound-http.js';
import { TenantData } from '../../../platform/tenancy/tenant-data.js';
import { WebhookDeliveriesRepository } from '../deliveries/webhook-deliveries.repository.js';
import { assertEventTypes } from '../events/event-types.js';
import { endpointChange } from './endpoint-audit.js';
import { EndpointSecrets } from './endpoint-secrets.js';
import { targetUrl } from './target-url.js';
import { HEALTHY, type EndpointStatus, type WebhookEndpointDocument } from './webhook-endpoint.schema.js';
import { WebhookEndpointsRepository, type EndpointChange } from './webhook-endpoints.repository.js';
import { inForce, secretOf } from './webhook-secret.js';

/** Each event is stored and sent once an endpoint. */
export const MAX_ENDPOINTS = 20;
const PLACES = Array.from({ length: MAX_ENDPOINTS }, (_, place) => place);
const DAY_SECONDS = 86_400;

export interface EndpointSettings {
  url: string;
  description?: string;
  /** All when empty or absent. */
  eventTypes?: string[];
  status?: EndpointStatus;
}

export interface EndpointWithSecret {
  endpoint: WebhookEndpointDocument;
  secret: string;
}

/** The endpoints of a shop: where it wants to be told of what. */
@Injectable()
export class WebhookEndpointsService implements OnModuleInit {
  constructor(
    private readonly repository: WebhookEndpointsRepository,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly secrets: EndpointSecrets,
    private readonly http: OutboundHttp,
    private readonly tenants: TenantData,
    private readonly audit: AuditTrail,
  ) {}

  onModuleInit(): void {
    this.tenants.register('webhooks', async (shop) => {
      await this.repository.deleteAll(shop);
      await this.deliveries.deleteAll(shop);
    });
  }

  /**
   * Makes an endpoint. Its signing secret is only ever in this answer.
   * @throws AppError `validation_failed` for a URL that may not be called, `webhook_endpoint_limit_reached`
   */
  async create(shop: ShopDomain, settings: EndpointSettings): Promise<EndpointWithSecret> {
    assertEventTypes(settings.eventTypes);
    const url = targetUrl(settings.url, this.http.rule);
    const secret = secretOf(newSecret('webhook secret'));
    const endpoint = await createOnce(
      'webhook endpoint',
      (id) => this.repository.find(shop, String(id)),
      (id) => this.insertInPlace(id, shop, { ...settings, url }, secret),
    );
    return { endpoint, secret };
  }

  /** @throws AppError `webhook_endpoint_not_found` */
  async get(shop: ShopDomain, id: string): Promise<WebhookEndpointDocument> {
    const endpoint = await this.repository.find(shop, id);
    if (!endpoint) throw notFound(id);
    return endpoint;
  }

  async list(
    shop: ShopDomain,
    offset: number,
    limit: number,
  ): Promise<{ endpoints: WebhookEndpointDocument[]; total: number }> {
    return {
      endpoints: await this.repository.list(shop, offset, limit),
      total: await this.repository.count(shop),
    };
  }

  /**
   * Changes an endpoint; enabling one that was disabled begins with a closed circuit.
   * @throws AppError `webhook_endpoint_not_found`, `validation_failed`, `version_mismatch`
   */
  async update(
    shop: ShopDomain,
    id: string,
    settings: Partial<EndpointSettings>,
    version: number | undefined,
  ): Promise<WebhookEndpointDocument> {
    assertEventTypes(settings.eventTypes);
    const url = settings.url === undefined ? {} : { url: targetUrl(settings.url, this.http.rule) };
    return this.changed(shop, id, version, 'updated', (before, session) =>
      this.repository.update(
        shop,
        before._id,
        before.version,
        { ...settings, ...url, ...statusChange(before, settings.status) },
        session,
      ),
    );
  }

  /**
   * Gives the endpoint a new secret; deliveries are signed with both until the overlap is over. With an overlap of 0
   * the new one alone is left at once, whatever was in force.
   * @throws AppError `webhook_endpoint_not_found`, `conflict` while an earlier rotation overlaps
   */
  async rotateSecret(
    shop: ShopDomain,
    id: string,
    overlapSeconds = DAY_SECONDS,
  ): Promise<EndpointWithSecret> {
    const secret = secretOf(newSecret('webhook secret'));
    const endpoint = await this.changed(shop, id, undefined, 'rotated', (before, session) => {
      const now = new Date();
      const fresh = this.secrets.sealed(secret, before._id, now);
      const [current, earlier] = inForce(before.secrets, now);
      if (earlier && overlapSeconds > 0) throw overlapping(earlier.expiresAt);
      const end = new Date(now.getTime() + overlapSeconds * 1000);
      const kept = current && overlapSeconds > 0 ? [{ ...current, expiresAt: end }] : [];
      return this.repository.replaceSecrets(shop, before._id, before.version, [fresh, ...kept], session);
    });
    return { endpoint, secret };
  }

  /** Removes an endpoint with the log of its deliveries. @throws AppError `webhook_endpoint_not_found` */
  async delete(shop: ShopDomain, id: string): Promise<void> {
    const deleted = await this.audit.recorded(
      (session) => this.repository.delete(shop, id, session),
      (before) => endpointChange('deleted', before, null),
    );
    if (!deleted) throw notFound(id);
    await this.deliveries.deleteOf(shop, deleted._id);
  }

  /** Takes the first free place; whoever comes second to it takes the next. */
  private async insertInPlace(
    id: Types.ObjectId,
    shop: ShopDomain,
    settings: EndpointSettings,
    secret: string,
  ): Promise<WebhookEndpointDocument> {
    for (;;) {
      const taken = new Set(await this.repository.places(shop));
      const place = PLACES.find((free) => !taken.has(free));
      if (place === undefined) throw limitReached();
      try {
        return await this.insert(id, shop, place, settings, secret);
      } catch (error) {
        if (!isDuplicateKey(error, 'shop_place')) throw error;
      }
    }
  }

  private async insert(
    _id: Types.ObjectId,
    shop: ShopDomain,
    place: number,
    { url, description = '', eventTypes = [], status = 'enabled' }: EndpointSettings,
    secret: string,
  ): Promise<WebhookEndpointDocument> {
    const now = new Date();
    const endpoint: WebhookEndpointDocument = {
      ...{ _id, shop, place, url, description, eventTypes, status, health: HEALTHY, version: 1 },
      disabledReason: status === 'disabled' ? 'manual' : null,
      disabledAt: status === 'disabled' ? now : null,
      secrets: [this.secrets.sealed(secret, _id, now)],
      ...{ createdAt: now, updatedAt: now },
    };
    return this.audit.recorded(
      (session) => this.repository.insert(endpoint, session),
      () => endpointChange('created', null, endpoint),
    );
  }

  /** One guarded change with its audit event; of two at the same moment one is refused. */
  private async changed(
    shop: ShopDomain,
    id: string,
    version: number | undefined,
    action: 'updated' | 'rotated',
    change: (
      before: WebhookEndpointDocument,
      session: ClientSession,
    ) => Promise<WebhookEndpointDocument | null>,
  ): Promise<WebhookEndpointDocument> {
    const { after } = await this.audit.recorded(
      async (session) => {
        const before = await this.repository.find(shop, id, session);
        if (!before) throw notFound(id);
        const stale = version !== undefined && version !== before.version;
        const after = stale ? null : await change(before, session);
        if (!after) throw mismatch(before.version);
        return { before, after };
      },
      ({ before, after }) => endpointChange(action, before, after),
    );
    return after;
  }
}

function statusChange(before: WebhookEndpointDocument, status?: EndpointStatus): EndpointChange {
  if (status === undefined || status === before.status) return {};
  return status === 'enabled'
    ? { disabledReason: null, disabledAt: null, health: HEALTHY }
    : { disabledReason: 'manual', disabledAt: new Date() };
}

function notFound(id: string): AppError {
  return new AppError('webhook_endpoint_not_found', `There is no webhook endpoint "${id}".`);
}

function mismatch(version: number): AppError {
  return new AppError('version_mismatch', `The endpoint is at version ${version} now; read it again.`);
}

function limitReached(): AppError {
  return new AppError(
    'webhook_endpoint_limit_reached',
    `A shop has ${MAX_ENDPOINTS} webhook endpoints at most; remove one first.`,
  );
}

function overlapping(end: Date | null): AppError {
  return new AppError(
    'conflict',
    `Two secrets are in force until ${end?.toISOString() ?? 'now'}; with overlapSeconds 0 both end at once.`,
  );
}

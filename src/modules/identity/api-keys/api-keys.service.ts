import { createHash } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { ClientSession, Types } from 'mongoose';
import type { Logger } from 'pino';
import { AppError, invalidField } from '../../../kernel/errors.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import {
  holds,
  SCOPES,
  type Principal,
  type PrincipalRole,
  type Scope,
} from '../../../platform/http/access.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import { createOnce, newSecret } from '../../../platform/idempotency/creation.js';
import { LOGGER } from '../../../platform/observability/observability.module.js';
import { AccessEpoch, PASS_MS } from '../../../platform/tenancy/access-epoch.js';
import { TenantData } from '../../../platform/tenancy/tenant-data.js';
import type { ApiKeyDocument } from './api-key.schema.js';
import { keyChange } from './api-key-audit.js';
import { ApiKeysRepository } from './api-keys.repository.js';

const PREFIX = 'ent_live_';
const SECRET = /^ent_live_[\w-]{43}$/;
/** How long a revoked key may still pass on another instance; on this one it stops at once. */
const REMEMBER_MS = 5_000 - PASS_MS;
const TOUCH_EVERY_MS = 60_000;
const DAY_SECONDS = 24 * 3600;

export interface IssueKey {
  shop: ShopDomain | null;
  role: PrincipalRole;
  name: string;
  scopes?: readonly Scope[];
  expiresAt?: Date;
  /** CIDRs it works from; from anywhere when empty. */
  ipAllowlist?: readonly string[];
}

export interface IssuedKey {
  key: ApiKeyDocument;
  secret: string;
}

export interface RotateKey {
  /** How long the old key still works. */
  overlapSeconds?: number;
  expiresAt?: Date;
}

/** API keys: shown once, stored as a hash, looked up by it. */
@Injectable()
export class ApiKeysService implements OnModuleInit {
  private readonly known = new LRUCache<string, { principal: Principal; key: ApiKeyDocument }>({
    max: 10_000,
    ttl: REMEMBER_MS,
  });
  private readonly touched = new LRUCache<string, true>({ max: 10_000, ttl: TOUCH_EVERY_MS });

  constructor(
    private readonly repository: ApiKeysRepository,
    private readonly tenants: TenantData,
    private readonly audit: AuditTrail,
    private readonly epoch: AccessEpoch,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.tenants.register('api keys', (shop) => this.repository.deleteAll(shop));
  }

  /**
   * Makes a key. The secret is only ever in this answer.
   * @throws AppError `validation_failed` for a key that has expired before it exists
   */
  async issue(wanted: IssueKey): Promise<IssuedKey> {
    assertFuture(wanted.expiresAt);
    return this.once(wanted.shop, (id, secret) =>
      this.audit.recorded(
        (session) => this.insert(id, secret, wanted, session),
        (key) => keyChange('created', null, key),
      ),
    );
  }

  /**
   * Makes a key like this one to take its place; both work until the overlap is over. Of two rotations at the same
   * moment one succeeds.
   * @throws AppError `api_key_not_found`; `conflict` when it has a successor; `insufficient_scope` when it may do more
   * than the caller; `validation_failed` when it would outlive the caller
   */
  async rotate(
    shop: ShopDomain | null,
    id: string,
    caller: Principal,
    { overlapSeconds = DAY_SECONDS, expiresAt }: RotateKey,
  ): Promise<IssuedKey> {
    return this.once(shop, (newId, secret) =>
      this.succeed(shop, id, caller, { overlapSeconds, ...(expiresAt ? { expiresAt } : {}) }, newId, secret),
    );
  }

  private async succeed(
    shop: ShopDomain | null,
    id: string,
    caller: Principal,
    { overlapSeconds, expiresAt }: RotateKey & { overlapSeconds: number },
    newId: Types.ObjectId,
    secret: string,
  ): Promise<ApiKeyDocument> {
    const now = Date.now();
    const old = await this.repository.find(shop, id);
    if (!old || (old.expiresAt && old.expiresAt.getTime() <= now)) throw notFound(id);
    assertMayGrant(caller, old.scopes, shop);
    const end = new Date(Math.min(now + overlapSeconds * 1000, old.expiresAt?.getTime() ?? Infinity));
    const next =
      expiresAt ?? (old.expiresAt && new Date(now + (old.expiresAt.getTime() - old.createdAt.getTime())));
    const { role, name, scopes, ipAllowlist } = old;
    const wanted = { shop, role, name, scopes, ipAllowlist, ...(next ? { expiresAt: next } : {}) };
    assertFuture(wanted.expiresAt);
    // a key may renew itself, but for no longer than it was given
    if (expiresAt || caller.id !== `api_key:${id}`) assertEndsWith(caller, next);
    const replaced = { ...old, replacedBy: newId, expiresAt: end };
    const made = await this.audit.recorded(
      async (session) => {
        const key = await this.insert(newId, secret, wanted, session);
        if (!(await this.repository.replace(shop, old._id, newId, end, session)))
          throw new AppError('conflict', `The key "${id}" has a successor already, or was revoked.`);
        await this.audit.record(keyChange('created', null, key), session);
        return key;
      },
      () => keyChange('rotated', old, replaced),
    );
    this.forget((key) => key.hash === old.hash);
    return made;
  }

  /** A new secret and the key for it; the same ones when the request is repeated after a crash. */
  private async once(
    shop: ShopDomain | null,
    make: (id: Types.ObjectId, secret: string) => Promise<ApiKeyDocument>,
  ): Promise<IssuedKey> {
    const secret = PREFIX + newSecret('api key').toString('base64url');
    const key = await createOnce(
      'api key',
      (id) => this.repository.find(shop, String(id)),
      (id) => make(id, secret),
    );
    return { key, secret };
  }

  private async insert(
    _id: Types.ObjectId,
    secret: string,
    {
      shop,
      role,
      name,
      scopes = SCOPES,
      expiresAt = null,
      ipAllowlist = [],
    }: Omit<IssueKey, 'expiresAt'> & { expiresAt?: Date | null },
    session: ClientSession,
  ): Promise<ApiKeyDocument> {
    const key = {
      ...{ _id, shop, role, name, hash: hashOf(secret), prefix: secret.slice(0, PREFIX.length + 4) },
      ...{ scopes: [...scopes], createdAt: new Date(), expiresAt, ipAllowlist: [...ipAllowlist] },
    };
    return this.repository.insert(key, session);
  }

  /** Whose key this is, or undefined when it is not in force. */
  async authenticate(secret: string): Promise<Principal | undefined> {
    if (!SECRET.test(secret)) return undefined;
    const hash = hashOf(secret);
    const now = new Date();
    let entry = this.known.get(hash);
    if (!entry) {
      const key = await this.repository.findLive(hash, now);
      if (!key) return undefined;
      entry = { key, principal: toPrincipal(key) };
      this.known.set(hash, entry);
    }
    if (entry.key.expiresAt && entry.key.expiresAt <= now) return undefined;
    this.touch(entry.key, now);
    return entry.principal;
  }

  async list(
    shop: ShopDomain | null,
    offset: number,
    limit: number,
  ): Promise<{ keys: ApiKeyDocument[]; total: number }> {
    const keys = await this.repository.list(shop, offset, limit);
    return { keys, total: await this.repository.count(shop) };
  }

  async hasLive(shop: ShopDomain | null, name: string): Promise<boolean> {
    return this.repository.hasLive({ shop, name });
  }

  /** @throws AppError `api_key_not_found` */
  async revoke(shop: ShopDomain | null, id: string): Promise<void> {
    const revoked = await this.audit.recorded(
      (session) => this.repository.revoke(shop, id, session),
      (key) => key && keyChange('revoked', { ...key, revokedAt: null }, key),
    );
    if (!revoked) throw notFound(id);
    this.forget((key) => key.hash === revoked.hash);
  }

  /** Ends every key of a tenant that was issued until then. */
  async revokeAll(shop: ShopDomain, issuedUntil = new Date()): Promise<void> {
    await this.audit.recorded(
      (session) => this.repository.revokeAll(shop, issuedUntil, session),
      (revoked) =>
        revoked > 0
          ? { action: 'revoked', resource: 'api_key', resourceId: 'all', shop, after: { revoked } }
          : null,
    );
    this.forget((key) => key.shop === shop);
  }

  private forget(which: (key: ApiKeyDocument) => boolean): void {
    for (const [hash, { key }] of this.known.entries()) if (which(key)) this.known.delete(hash);
    this.epoch.advance();
  }

  private touch(key: ApiKeyDocument, now: Date): void {
    const id = String(key._id);
    if (this.touched.has(id)) return;
    this.touched.set(id, true);
    this.repository.touch(key._id, now).catch((err: unknown) => {
      this.logger.warn({ err }, 'Last use of a key could not be stored');
    });
  }
}

function assertFuture(expiresAt: Date | undefined): void {
  if (!expiresAt || expiresAt > new Date()) return;
  throw invalidField('expiresAt', 'min_date', 'must be in the future');
}

/** @throws AppError `insufficient_scope` when the caller lacks one of the scopes in the key's shop */
export function assertMayGrant(caller: Principal, scopes: readonly Scope[], shop: ShopDomain | null): void {
  const beyond = scopes.filter((scope) => (shop ? !holds(caller, scope, shop) : !caller.scopes.has(scope)));
  if (beyond.length === 0) return;
  throw new AppError('insufficient_scope', `You cannot grant what you do not have: ${beyond.join(', ')}.`);
}

/** @throws AppError `validation_failed` when a key would work longer than the one it is asked for with */
export function assertEndsWith(caller: Principal, expiresAt: Date | null | undefined): void {
  if (!caller.expiresAt || (expiresAt && expiresAt <= caller.expiresAt)) return;
  const message = `must not be after ${caller.expiresAt.toISOString()}, when the key you use expires`;
  throw invalidField('expiresAt', 'max_date', message);
}

function notFound(id: string): AppError {
  return new AppError('api_key_not_found', `There is no API key "${id}".`);
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function toPrincipal(key: ApiKeyDocument): Principal {
  return {
    id: `api_key:${String(key._id)}`,
    kind: 'api_key',
    role: key.role,
    shops: key.shop ? [key.shop] : [],
    organisations: [],
    ipAllowlist: key.ipAllowlist,
    scopes: new Set(key.scopes),
    ...(key.expiresAt ? { expiresAt: key.expiresAt } : {}),
  };
}

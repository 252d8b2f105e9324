import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Types } from 'mongoose';
import { assertCurrency } from '../../kernel/currency.js';
import { AppError, invalidField } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { CacheService } from '../../platform/cache/cache.service.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { createOnce } from '../../platform/idempotency/creation.js';
import { AccessEpoch, PASS_MS } from '../../platform/tenancy/access-epoch.js';
import {
  TenantDirectory,
  type TenantProfile,
  type TenantState,
} from '../../platform/tenancy/tenant-directory.js';
import { allowsAddress, ApiKeysService } from '../identity/index.js';
import { primaryLanguage, type Shop, type ShopLocale, type ShopSettings } from './shop.js';
import { shopChange } from './shop-audit.js';
import { ShopsRepository } from './shops.repository.js';

const SHOP_TAGS = 'shop:';
function shopTag(shop: ShopDomain): string {
  return SHOP_TAGS + shop;
}

/** How long another instance may take an uninstalled shop for installed. */
const REMEMBER_MS = 5_000 - PASS_MS;

/** What every request needs of a shop. */
type Remembered = TenantProfile & { state: TenantState; currency: string | undefined };

export interface InstallShop extends Partial<Omit<ShopSettings, 'name'>> {
  name: string;
  currency: string;
}

/** Tenants: install, settings, uninstall. */
@Injectable()
export class ShopsService extends TenantDirectory {
  private readonly states = new LRUCache<ShopDomain, Remembered>({
    max: 10_000,
    ttl: REMEMBER_MS,
  });

  constructor(
    private readonly repository: ShopsRepository,
    private readonly keys: ApiKeysService,
    private readonly cache: CacheService,
    private readonly audit: AuditTrail,
    epoch: AccessEpoch,
  ) {
    super();
    // whichever instance changed a shop, none goes on with what it remembers of it
    cache.onInvalidated((tags) => {
      for (const shop of this.states.keys()) if (tags.includes(shopTag(shop))) this.states.delete(shop);
      if (tags.some((tag) => tag.startsWith(SHOP_TAGS))) epoch.advance();
    });
  }

  async state(shop: ShopDomain): Promise<TenantState> {
    return (await this.remembered(shop)).state;
  }

  async profile(shop: ShopDomain): Promise<TenantProfile | undefined> {
    const known = await this.remembered(shop);
    return known.state === 'unknown' ? undefined : known;
  }

  private async remembered(shop: ShopDomain): Promise<Remembered> {
    let known = this.states.get(shop);
    if (!known) {
      const found = await this.repository.find(shop);
      const state = found ? (found.uninstalledAt ? 'uninstalled' : 'installed') : 'unknown';
      known = {
        state,
        name: found?.name ?? shop,
        language: primaryLanguage(found?.locales ?? []),
        ipAllowlist: found?.ipAllowlist ?? [],
        currency: found?.currency,
      };
      this.states.set(shop, known);
    }
    return known;
  }

  /** What the shop's prices are in: chosen with its first installation, never changed. @throws AppError `shop_not_found` */
  async currency(shop: ShopDomain): Promise<string> {
    return (await this.remembered(shop)).currency ?? (await this.get(shop)).currency;
  }

  /** @throws AppError `shop_not_found` */
  async get(shop: ShopDomain): Promise<Shop> {
    const found = await this.repository.find(shop);
    if (!found) throw new AppError('shop_not_found', `There is no shop "${shop}".`);
    return found;
  }

  async list(offset: number, limit: number): Promise<{ shops: Shop[]; total: number }> {
    return { shops: await this.repository.list(offset, limit), total: await this.repository.count() };
  }

  /**
   * Installs a shop, or brings an uninstalled one back with its data, and issues a first API key with every scope.
   * @throws AppError `shop_exists` while it is installed, `conflict` while its data is being purged
   */
  async install(shop: ShopDomain, input: InstallShop): Promise<{ shop: Shop; apiKey: string }> {
    assertCurrency(input.currency);
    const settings = withDefaults(shop, input);
    const installed = await createOnce(
      'installation',
      (id) => this.repository.findInstallation(shop, id),
      async (id) =>
        (await this.create(id, shop, input.currency, settings)) ?? (await this.reinstall(id, shop, settings)),
    );
    await this.cache.invalidateTags(shopTag(shop));
    const { secret } = await this.keys.issue({ shop, role: 'merchant', name: 'installation' });
    return { shop: installed, apiKey: secret };
  }

  /**
   * A caller that is bound by the list of networks must not lock itself out.
   * @throws AppError `validation_failed`
   */
  assertReachable({ ipAllowlist = [] }: Partial<ShopSettings>, ip: string): void {
    if (allowsAddress(ipAllowlist, ip)) return;
    const message = `does not hold your own address ${ip}, which would lock you out`;
    throw invalidField('ipAllowlist', 'own_address', message);
  }

  /**
   * Changes settings; `version` is what the caller last saw.
   * @throws AppError `version_mismatch`, `shop_not_found`, `validation_failed`
   */
  async update(
    shop: ShopDomain,
    settings: Partial<ShopSettings>,
    version: number | undefined,
  ): Promise<Shop> {
    if (settings.locales) assertLocales(settings.locales);
    const { after: updated } = await this.audit.recorded(
      async (session) => ({
        before: await this.repository.find(shop, session),
        after: await this.repository.update(shop, settings, version, session),
      }),
      ({ before, after }) => after && shopChange('updated', before, after),
    );
    if (updated) {
      await this.cache.invalidateTags(shopTag(shop));
      return updated;
    }
    const current = await this.get(shop);
    throw new AppError('version_mismatch', `The shop is at version ${current.version} now; read it again.`);
  }

  /**
   * Ends the installation: keys stop at once, the data is purged when the retention is over.
   * @throws AppError `shop_uninstalled` when it is already
   */
  async uninstall(shop: ShopDomain): Promise<Shop> {
    const uninstalled = await this.audit.recorded(
      (session) => this.repository.uninstall(shop, new Date(), session),
      (after) => after && shopChange('uninstalled', { ...after, uninstalledAt: null }, after),
    );
    await this.cache.invalidateTags(shopTag(shop));
    if (!uninstalled) {
      await this.get(shop);
      throw new AppError('shop_uninstalled', `The shop "${shop}" is uninstalled already.`);
    }
    await this.keys.revokeAll(shop);
    return uninstalled;
  }

  private async create(
    installation: Types.ObjectId,
    shop: ShopDomain,
    currency: string,
    settings: ShopSettings,
  ): Promise<Shop | undefined> {
    const now = new Date();
    const created: Shop = {
      shop,
      currency,
      ...settings,
      installedAt: now,
      uninstalledAt: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    try {
      await this.audit.recorded(
        (session) => this.repository.insert(installation, created, session),
        () => shopChange('created', null, created),
      );
      return created;
    } catch (error) {
      if (isDuplicateKey(error, 'shop')) return undefined;
      throw error;
    }
  }

  private async reinstall(
    installation: Types.ObjectId,
    shop: ShopDomain,
    settings: ShopSettings,
  ): Promise<Shop> {
    const { before, back } = await this.audit.recorded(
      async (session) => ({
        before: await this.repository.find(shop, session),
        back: await this.repository.reinstall(shop, installation, settings, new Date(), session),
      }),
      (result) => result.back && shopChange('reinstalled', result.before, result.back),
    );
    if (back) return back;
    if (before?.uninstalledAt === null)
      throw new AppError('shop_exists', `The shop "${shop}" is installed already.`);
    throw new AppError(
      'conflict',
      `The data of "${shop}" is being removed; install it again in a few minutes.`,
    );
  }
}

function withDefaults(shop: ShopDomain, input: InstallShop): ShopSettings {
  const locales = input.locales ?? [{ locale: 'en', primary: true }];
  assertLocales(locales);
  return {
    name: input.name,
    email: input.email ?? '',
    primaryDomain: input.primaryDomain ?? shop,
    timeZone: input.timeZone ?? 'UTC',
    ipAllowlist: input.ipAllowlist ?? [],
    customerNotices: input.customerNotices ?? true,
    locales: locales.map(({ locale, primary, urlPrefix }) => ({
      locale,
      primary,
      ...(urlPrefix ? { urlPrefix } : {}),
    })),
  };
}

/** Exactly one primary; no two languages at one place. */
function assertLocales(locales: ShopLocale[]): void {
  const invalid = (message: string) => invalidField('locales', 'locales', message);
  if (locales.filter(({ primary }) => primary).length !== 1)
    throw invalid('exactly one locale must be primary');
  if (new Set(locales.map(({ locale }) => locale)).size !== locales.length)
    throw invalid('a locale stands twice');
  const prefixes = locales
    .filter(({ primary }) => !primary)
    .map(({ locale, urlPrefix }) => (urlPrefix ?? locale).toLowerCase());
  if (new Set(prefixes).size !== prefixes.length) throw invalid('two locales share a urlPrefix');
}

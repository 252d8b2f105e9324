import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { LOGGER } from '../../platform/observability/observability.module.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import { ShopsRepository } from './shops.repository.js';

const DAY_MS = 24 * 3600 * 1000;
const AT_ONCE = 50;

/** Removes uninstalled shops for good. */
@Injectable()
export class ShopPurgeService {
  constructor(
    private readonly repository: ShopsRepository,
    private readonly tenants: TenantData,
    private readonly audit: AuditTrail,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Purges every shop uninstalled longer ago than the retention; one that is installed again first is spared.
   * The shop itself goes last, so that a purge cut off in the middle is found and finished by the next.
   */
  async purgeDue(signal?: AbortSignal): Promise<{ purged: string[] }> {
    const before = new Date(Date.now() - this.config.shops.retentionDays * DAY_MS);
    const purged: string[] = [];
    for (;;) {
      const due = await this.repository.uninstalledBefore(before, AT_ONCE);
      for (const shop of due) {
        signal?.throwIfAborted();
        if (!(await this.repository.beginPurge(shop, before))) continue;
        const features = await this.tenants.purge(shop);
        await this.audit.recorded(
          (session) => this.repository.delete(shop, session),
          // among the system's own events: the tenant's were removed with it
          (gone) =>
            gone
              ? { action: 'purged', resource: 'shop', resourceId: shop, shop: null, after: { features } }
              : null,
        );
        this.logger.info({ shop, features }, 'The data of an uninstalled shop was removed');
        purged.push(shop);
      }
      if (due.length < AT_ONCE) return { purged };
    }
  }
}

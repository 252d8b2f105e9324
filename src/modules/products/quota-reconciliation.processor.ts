import { Injectable } from '@nestjs/common';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { ProductQuota } from '../subscriptions/index.js';
import { ProductsService } from './products.service.js';
import { reconcileQuotas } from './quota-reconciliation.job.js';

@Injectable()
export class QuotaReconciliationProcessor extends JobProcessor<
  Record<string, never>,
  { corrected: string[] }
> {
  readonly type = reconcileQuotas;

  constructor(
    private readonly quota: ProductQuota,
    private readonly products: ProductsService,
  ) {
    super();
  }

  async run(): Promise<{ corrected: string[] }> {
    return { corrected: await this.quota.reconcile((shop) => this.products.count(shop)) };
  }
}

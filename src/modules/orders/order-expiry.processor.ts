import { Injectable } from '@nestjs/common';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { expireOrders } from './order-expiry.job.js';
import { OrderExpiryService } from './order-expiry.service.js';

@Injectable()
export class OrderExpiryProcessor extends JobProcessor<
  Record<string, never>,
  { expired: number; settled: number }
> {
  readonly type = expireOrders;

  constructor(private readonly expiry: OrderExpiryService) {
    super();
  }

  async run(): Promise<{ expired: number; settled: number }> {
    return this.expiry.run(new Date());
  }
}

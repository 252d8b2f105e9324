import { Injectable } from '@nestjs/common';
import type { RunningJob } from '../../../platform/queue/job.js';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { deliverSms, type Delivered, type DeliverPayload } from './deliver.job.js';
import { DeliveryService } from './delivery.service.js';

@Injectable()
export class SmsProcessor extends JobProcessor<DeliverPayload, Delivered> {
  readonly type = deliverSms;

  constructor(private readonly delivery: DeliveryService) {
    super();
  }

  run({ payload, attempt }: RunningJob<DeliverPayload>): Promise<Delivered> {
    return this.delivery.deliver(payload, attempt, this.type.queue);
  }

  override cleanUp(payload: DeliverPayload): Promise<void> {
    return this.delivery.giveUp(payload);
  }
}

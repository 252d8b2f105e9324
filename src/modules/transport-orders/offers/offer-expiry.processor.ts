import { Injectable } from '@nestjs/common';
import { JobProcessor } from '../../../platform/queue/job-processor.js';
import { OfferAnswersService } from './offer-answers.service.js';
import { expireOffers } from './offer-expiry.job.js';

@Injectable()
export class OfferExpiryProcessor extends JobProcessor<Record<string, never>, { expired: number }> {
  readonly type = expireOffers;

  constructor(private readonly answers: OfferAnswersService) {
    super();
  }

  async run(): Promise<{ expired: number }> {
    return this.answers.expire();
  }
}

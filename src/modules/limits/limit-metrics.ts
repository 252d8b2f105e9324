import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/observability/metrics.js';

@Injectable()
export class LimitMetrics {
  readonly limited;

  constructor(metrics: Metrics) {
    this.limited = metrics.counter('limited_requests_total', 'Requests refused by a limit or a block', [
      'policy',
    ]);
  }
}

import { Injectable } from '@nestjs/common';
import { HealthFigures } from '../../../platform/health/health-figures.js';
import { Metrics } from '../../../platform/observability/metrics.js';
import { EventNews } from '../events/event-news.js';
import { Feeds } from '../events/feeds.js';
import type { SendCounts } from './send-buffer.js';
import type { SocketSession } from './socket-session.js';

/** Figures of the sockets of this instance. */
@Injectable()
export class TrackingMetrics {
  readonly counts: SendCounts = { sent: 0, skipped: 0 };
  readonly dropped;
  readonly refused;
  readonly closed;
  private sessions: ReadonlySet<SocketSession> = new Set();

  constructor(
    metrics: Metrics,
    health: HealthFigures,
    private readonly news: EventNews,
    private readonly feeds: Feeds,
  ) {
    metrics.gauge('tracking_sockets', 'Open tracking sockets', () => this.sessions.size);
    metrics.gauge('tracking_orders_followed', 'Orders that sockets follow', () => this.feeds.followed);
    metrics.gauge('tracking_buffered_bytes', 'What waits for readers', () => this.bufferedBytes());
    metrics.gauge('tracking_degraded', '1 while events of other instances come by way of the database', () =>
      this.news.degraded ? 1 : 0,
    );
    metrics.counterFrom('tracking_messages_total', 'Messages to sockets', ['outcome'], () => [
      [{ outcome: 'sent' }, this.counts.sent],
      [{ outcome: 'skipped' }, this.counts.skipped],
    ]);
    health.register('tracking', () => ({
      ...{ degraded: this.news.degraded, sockets: this.sessions.size, ordersFollowed: this.feeds.followed },
      bufferedBytes: this.bufferedBytes(),
    }));
    this.dropped = metrics.counter('tracking_dropped_total', 'Sockets ended as their reader was too slow');
    this.refused = metrics.counter('tracking_refused_total', 'Sockets that were not opened', ['reason']);
    this.closed = metrics.counter('tracking_closed_total', 'Sockets that were closed', ['code']);
  }

  watch(sessions: ReadonlySet<SocketSession>): void {
    this.sessions = sessions;
  }

  private bufferedBytes(): number {
    let bytes = 0;
    for (const { buffer } of this.sessions) bytes += buffer.bufferedBytes;
    return bytes;
  }
}

import type { Metric, Registry } from 'prom-client';

/** Upper bounds in seconds. */
export const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** One method, route and status. */
export class DurationSeries {
  /** By bucket; the last is of what took longer than any bound. */
  readonly counts = new Array<number>(DURATION_BUCKETS.length + 1).fill(0);
  sum = 0;

  constructor(readonly labels: Record<'method' | 'route' | 'status', string>) {}

  observe(seconds: number): void {
    let bucket = 0;
    while (bucket < DURATION_BUCKETS.length && seconds > (DURATION_BUCKETS[bucket] ?? Infinity)) bucket++;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += seconds;
  }
}

/**
 * How long requests took, as a histogram of prom-client's registry that is put together when it is read: prom-client's
 * own looks its labels up for each sample, which costs more than a repeated read has to spend.
 */
export class RequestDurations {
  readonly name = 'entrepot_http_request_duration_seconds';
  private readonly series = new Map<string, DurationSeries>();

  constructor(registry: Registry) {
    registry.registerMetric(this as unknown as Metric);
  }

  of(method: string, route: string, status: number): DurationSeries {
    const name = `${method} ${route} ${status}`;
    let series = this.series.get(name);
    if (!series)
      this.series.set(name, (series = new DurationSeries({ method, route, status: String(status) })));
    return series;
  }

  /** As prom-client's registry asks for it. */
  get(): Promise<object> {
    const values = [...this.series.values()].flatMap((series) => this.valuesOf(series));
    const help = 'Duration of HTTP requests';
    return Promise.resolve({ name: this.name, help, type: 'histogram', aggregator: 'sum', values });
  }

  reset(): void {
    this.series.clear();
  }

  private valuesOf({ labels, counts, sum }: DurationSeries) {
    let count = 0;
    const buckets = counts.map((own, at) => ({
      labels: { le: DURATION_BUCKETS[at] ?? '+Inf', ...labels },
      value: (count += own),
      metricName: `${this.name}_bucket`,
    }));
    return [
      ...buckets,
      { labels, value: sum, metricName: `${this.name}_sum` },
      { labels, value: count, metricName: `${this.name}_count` },
    ];
  }
}

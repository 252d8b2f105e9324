import cluster from 'node:cluster';
import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ClusterScrape } from './cluster-metrics.js';
import { DURATION_BUCKETS, RequestDurations } from './request-durations.js';

/** The process's Prometheus metrics; features add theirs through `gauge`, `counter` and `histogram`. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new RequestDurations(this.registry);

  /** Where several processes share the port, a scrape meets one of them and must tell of all. */
  private readonly shared = cluster.isWorker ? new ClusterScrape(this.registry) : undefined;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** In the text format of Prometheus. */
  async text(): Promise<string> {
    return (this.shared ?? this.registry).metrics();
  }

  gauge(name: string, help: string, collect: () => number): Gauge {
    return new Gauge({
      name: `entrepot_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(collect());
      },
    });
  }

  /** A gauge with a value for each of what a label tells apart. */
  labelledGauge<L extends string>(
    name: string,
    help: string,
    label: L,
    collect: () => Promise<(readonly [string, number])[]>,
  ): Gauge<L> {
    return new Gauge<L>({
      name: `entrepot_${name}`,
      help,
      labelNames: [label],
      registers: [this.registry],
      aggregator: 'first', // what all processes see alike
      async collect() {
        this.reset();
        for (const [which, value] of await collect()) this.labels(which).set(value);
      },
    });
  }

  counter<L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name: `entrepot_${name}`, help, labelNames, registers: [this.registry] });
  }

  /** A counter that is counted elsewhere: `totals` gives each series' value when the metrics are read. */
  counterFrom<L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    totals: () => [Record<L, string>, number][],
  ): void {
    new Counter({
      name: `entrepot_${name}`,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [labels, total] of totals()) if (total > 0) this.inc(labels, total);
      },
    });
  }

  histogram<L extends string>(name: string, help: string, labelNames: L[] = []): Histogram<L> {
    return new Histogram({
      name: `entrepot_${name}`,
      help,
      labelNames,
      buckets: DURATION_BUCKETS,
      registers: [this.registry],
    });
  }
}

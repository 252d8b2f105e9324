import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../../platform/observability/observability.module.js';
import { AccessEpoch } from '../../platform/tenancy/access-epoch.js';
import type { Caller } from './caller.js';
import { OverrideNews } from './override-news.js';
import { OverrideTable } from './override-table.js';
import type { ThrottlingOverride } from './throttling-override.js';
import { ThrottlingOverridesRepository } from './throttling-overrides.repository.js';

/** Half of the second within which an override must be in force everywhere, Redis or not. */
const POLL_MS = 500;
export const MOST_OVERRIDES = 10_000;

/**
 * The overrides in force, in this process's memory. A change is told over Redis; a poll of the revision finds what was
 * not told. While the database is away the last known overrides stay in force.
 */
@Injectable()
export class Overrides implements OnModuleInit, OnApplicationShutdown {
  private readonly table = new OverrideTable();
  private readonly news: OverrideNews;
  private revision = -1;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private failing = false;
  private stopped = false;

  constructor(
    private readonly repository: ThrottlingOverridesRepository,
    private readonly epoch: AccessEpoch,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.news = new OverrideNews(config, () => void this.refresh());
  }

  async onModuleInit(): Promise<void> {
    if (!this.config.limits.enabled || !this.config.runs.http) return;
    this.news.subscribe();
    await this.refresh();
    this.pollLater();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    this.news.close();
    await this.running;
  }

  match(caller: Caller): ThrottlingOverride | undefined {
    return this.table.match(caller);
  }

  /** Puts a change in force here before it returns, and tells the other instances. */
  async changed(): Promise<void> {
    await this.refresh();
    this.news.publish();
  }

  /** Reads the overrides if the revision has moved. A call during a run has another one follow. Never throws. */
  async refresh(): Promise<void> {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.read().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async read(): Promise<void> {
    for (;;) {
      this.again = false;
      try {
        // the revision first: what changes in between is read again the next time
        const revision = await this.repository.revision();
        if (revision !== this.revision) {
          this.table.replace(await this.repository.live(new Date(), MOST_OVERRIDES));
          this.revision = revision;
          this.epoch.advance();
        }
        this.failing = false;
      } catch (err) {
        if (!this.failing)
          this.logger.warn({ err }, 'The throttling overrides could not be read; the last known hold');
        this.failing = true;
      }
      if (!this.mustReadAgain()) return;
    }
  }

  private mustReadAgain(): boolean {
    return this.again && !this.stopped;
  }

  private pollLater(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      void this.refresh().then(() => {
        this.pollLater();
      });
    }, POLL_MS).unref();
  }
}

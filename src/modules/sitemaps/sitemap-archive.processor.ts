import { Injectable } from '@nestjs/common';
import type { RunningJob } from '../../platform/queue/job.js';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { archiveSitemaps, type SitemapArchivePayload, type SitemapArchiveResult } from './sitemap.jobs.js';
import { SitemapsService } from './sitemaps.service.js';

@Injectable()
export class SitemapArchiveProcessor extends JobProcessor<SitemapArchivePayload, SitemapArchiveResult> {
  readonly type = archiveSitemaps;

  constructor(private readonly sitemaps: SitemapsService) {
    super();
  }

  run({ payload, signal }: RunningJob<SitemapArchivePayload>): Promise<SitemapArchiveResult> {
    return this.sitemaps.archive(payload.dryRun ?? false, signal);
  }
}

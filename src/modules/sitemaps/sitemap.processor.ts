import { Injectable } from '@nestjs/common';
import type { RunningJob } from '../../platform/queue/job.js';
import { JobProcessor } from '../../platform/queue/job-processor.js';
import { generateSitemap, type SitemapPayload, type SitemapResult } from './sitemap.jobs.js';
import { SitemapsService } from './sitemaps.service.js';

@Injectable()
export class SitemapProcessor extends JobProcessor<SitemapPayload, SitemapResult> {
  readonly type = generateSitemap;

  constructor(private readonly sitemaps: SitemapsService) {
    super();
  }

  run(job: RunningJob<SitemapPayload>): Promise<SitemapResult> {
    return this.sitemaps.run(job);
  }
}

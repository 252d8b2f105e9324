import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { CacheService } from '../../platform/cache/cache.service.js';
import { FilesService } from '../../platform/files/files.service.js';
import type { JobRecord, RunningJob } from '../../platform/queue/job.js';
import { JobsService } from '../../platform/queue/jobs.service.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import { ProductsService } from '../products/index.js';
import { locationOf, SitemapGenerator } from './sitemap-generator.js';
import {
  generateSitemap,
  type SitemapArchiveResult,
  type SitemapPayload,
  type SitemapResult,
} from './sitemap.jobs.js';
import type { SitemapDocument, StoredSitemapFile } from './sitemap.schema.js';
import { SitemapsRepository } from './sitemaps.repository.js';

/** How many versions of a shop's sitemap are kept (requirements R4.5). */
const KEPT = 3;
/** Until a run was measured: the writer does about 20 000 products a second here, the database some 10 000. */
const FALLBACK_MS_PER_PRODUCT = 0.1;

const SERVED_TTL_MS = 5 * 60_000;

interface ServedSitemap {
  files: StoredSitemapFile[];
  generatedAt: number;
}

function sitemapTag(shop: ShopDomain): string {
  return `sitemap:${shop}`;
}

@Injectable()
export class SitemapsService implements OnModuleInit {
  constructor(
    private readonly repository: SitemapsRepository,
    private readonly generator: SitemapGenerator,
    private readonly products: ProductsService,
    private readonly files: FilesService,
    private readonly jobs: JobsService,
    private readonly tenants: TenantData,
    private readonly cache: CacheService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.tenants.register('sitemaps', (shop) => this.repository.deleteAll(shop));
  }

  /**
   * Starts a generation; while one of the shop is waiting or running, that one is given instead.
   * @throws AppError `queue_unavailable`
   */
  async start(shop: ShopDomain): Promise<{ job: JobRecord; estimatedTime: number }> {
    const job = await this.jobs.startExclusive(
      generateSitemap,
      { shop },
      { shop, openKey: `sitemap:${shop}` },
    );
    const products = await this.products.countActive(shop);
    const estimatedTime = await this.jobs.estimateSeconds(
      generateSitemap,
      products,
      FALLBACK_MS_PER_PRODUCT,
      ({ result }) => (result as SitemapResult | null)?.products ?? 0,
    );
    return { job, estimatedTime };
  }

  /** Starts a first generation where there is neither a version nor a running one. */
  async ensure(shop: ShopDomain): Promise<void> {
    if (!(await this.repository.latest(shop))) await this.start(shop);
  }

  /** The job. */
  async run(job: RunningJob<SitemapPayload>): Promise<SitemapResult> {
    const { shop } = job.payload;
    const { _id, products, urls, images, files } = await this.generator.generate(job);
    await this.cache.invalidateTags(sitemapTag(shop));
    await this.prune(shop);
    const location = locationOf(this.config, shop);
    return { sitemapId: String(_id), products, urls, images, files: files.length, location };
  }

  async list(
    shop: ShopDomain,
    offset: number,
    limit: number,
  ): Promise<{ sitemaps: SitemapDocument[]; total: number }> {
    return {
      sitemaps: await this.repository.list(shop, offset, limit),
      total: await this.repository.count(shop),
    };
  }

  /** @throws AppError `sitemap_not_found` */
  async get(shop: ShopDomain, id: string): Promise<SitemapDocument> {
    const sitemap = await this.repository.findById(shop, id);
    if (!sitemap) throw new AppError('sitemap_not_found', `The shop has no sitemap "${id}".`);
    return sitemap;
  }

  /**
   * A file of the newest version.
   * @throws AppError `sitemap_not_found` when there is no version or no such file in it
   */
  async file(shop: ShopDomain, name: string): Promise<{ file: StoredSitemapFile; generatedAt: Date }> {
    const latest = await this.latest(shop);
    if (!latest) throw new AppError('sitemap_not_found', `No sitemap of "${shop}" was generated yet.`);
    const file = latest.files.find((one) => one.name === name);
    if (!file) throw new AppError('sitemap_not_found', `The sitemap of "${shop}" has no file "${name}".`);
    return { file, generatedAt: new Date(latest.generatedAt) };
  }

  /** The bytes of a file, gzipped as stored or plain. */
  async open(shop: ShopDomain, { fileId }: StoredSitemapFile, gzip: boolean): Promise<Readable> {
    const stored = await this.files.openRead(shop, fileId);
    if (gzip) return stored;
    const plain = createGunzip();
    stored.once('error', (error) => plain.destroy(error));
    plain.once('close', () => stored.destroy());
    return stored.pipe(plain);
  }

  /** What crawlers read of the newest version: remembered, since every file of it is asked for in turn. */
  private async latest(shop: ShopDomain): Promise<ServedSitemap | null> {
    const key = {
      resource: 'sitemap',
      tenant: shop,
      id: 'latest',
      tags: [sitemapTag(shop)],
      ttlMs: SERVED_TTL_MS,
    };
    const { value } = await this.cache.getOrSet<ServedSitemap | null>(key, async () => {
      const latest = await this.repository.latest(shop);
      return latest ? { files: latest.files, generatedAt: latest.generatedAt.getTime() } : null;
    });
    return value;
  }

  /** Removes what is beyond the latest versions of any shop, or only counts it. */
  async archive(dryRun: boolean, signal: AbortSignal): Promise<SitemapArchiveResult> {
    const beyond = await this.repository.shopsBeyond(KEPT);
    for (const { shop } of dryRun ? [] : beyond) {
      signal.throwIfAborted();
      await this.prune(shop);
    }
    return { shops: beyond.length, versions: beyond.reduce((sum, { count }) => sum + count - KEPT, 0) };
  }

  /** Removes all but the latest versions: the entry first, so that nothing served points to a missing file. */
  private async prune(shop: ShopDomain): Promise<void> {
    for (const old of await this.repository.list(shop, KEPT, 100)) {
      await this.repository.delete(shop, old._id);
      for (const { fileId } of old.files) await this.files.delete(shop, fileId);
    }
  }
}

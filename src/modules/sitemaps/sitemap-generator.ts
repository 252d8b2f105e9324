import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { occurrence } from '../../platform/events/event-type.js';
import { FilesService } from '../../platform/files/files.service.js';
import type { RunningJob } from '../../platform/queue/job.js';
import { ProductsService } from '../products/index.js';
import { ShopsService, type Shop } from '../shops/index.js';
import { sitemapGenerated } from './sitemap.events.js';
import type { SitemapPayload } from './sitemap.jobs.js';
import type { SitemapDocument, StoredSitemapFile } from './sitemap.schema.js';
import { SitemapsRepository } from './sitemaps.repository.js';
import { localizedPages, pagePath } from './xml/alternates.js';
import type { SitemapEntry } from './xml/sitemap-entry.js';
import { writeSitemaps, type SitemapFile } from './xml/sitemap-writer.js';

/** Writes a shop's sitemap from its catalogue: streamed from the database into stored files. */
@Injectable()
export class SitemapGenerator {
  constructor(
    private readonly repository: SitemapsRepository,
    private readonly products: ProductsService,
    private readonly shops: ShopsService,
    private readonly files: FilesService,
    private readonly audit: AuditTrail,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Makes one version. It becomes visible when everything is written, so a failed run leaves the last good one as it
   * is and removes its own files; a run that is repeated after it succeeded gives the version it made.
   */
  async generate(
    job: Pick<RunningJob<SitemapPayload>, 'id' | 'payload' | 'progress' | 'signal'>,
  ): Promise<SitemapDocument> {
    const { shop } = job.payload;
    const made = await this.repository.findByJob(shop, job.id);
    if (made) return made;
    const stored = new Map<string, string>();
    try {
      return await this.write(shop, job, stored);
    } catch (error) {
      for (const fileId of stored.values()) await this.files.delete(shop, fileId);
      throw error;
    }
  }

  private async write(
    shop: ShopDomain,
    { id: jobId, progress, signal }: Pick<RunningJob<SitemapPayload>, 'id' | 'progress' | 'signal'>,
    stored: Map<string, string>,
  ): Promise<SitemapDocument> {
    const generatedAt = new Date();
    const total = await this.products.countActive(shop);
    const count = { products: 0 };
    const settings = await this.shops.get(shop);
    const written = await writeSitemaps(this.entries(settings, count), {
      openFile: (name) => {
        const { id, stream } = this.files.openWrite(shop, {
          name,
          contentType: 'application/xml',
          purpose: 'sitemap',
        });
        stored.set(name, id);
        return stream;
      },
      indexLoc: (name) => locationOf(this.config, shop, name),
      onProgress: () => {
        progress({ done: count.products, total, unit: 'products' });
      },
      signal,
    });
    const { urls, images, skipped } = written;
    const { products } = count;
    const files = written.files.map((file) => toStored(file, stored));
    return this.audit.recorded(
      (session) =>
        this.repository.insert({ shop, jobId, generatedAt, files, products, urls, images, skipped }, session),
      ({ _id }) => {
        const counts = { products, urls, images, files: files.length };
        const id = String(_id);
        const location = locationOf(this.config, shop);
        return {
          ...{ action: 'generated', resource: 'sitemap', resourceId: id, shop, after: counts },
          event: occurrence(sitemapGenerated, 1, { id, ...counts, location }),
        };
      },
    );
  }

  /** The home page, then every product on the online store, each in every language. */
  private async *entries(
    { shop, primaryDomain, locales }: Shop,
    count: { products: number },
  ): AsyncGenerator<SitemapEntry> {
    const pages = localizedPages(`https://${primaryDomain}`, locales);
    yield* pages({ path: '/', images: [] });
    for await (const { handle, images, updatedAt } of this.products.streamPublished(shop)) {
      count.products++;
      yield* pages({
        path: pagePath('products', handle),
        lastmod: updatedAt,
        images: images.map(({ src }) => ({ loc: src })),
      });
    }
  }
}

/** Where crawlers read a shop's sitemap. */
export function locationOf({ http }: Config, shop: ShopDomain, file = 'sitemap.xml'): string {
  return `${http.publicUrl}/sitemaps/${shop}/${file}`;
}

function toStored(file: SitemapFile, stored: Map<string, string>): StoredSitemapFile {
  const { name, kind, urls, images, bytes, gzipBytes, sha256, lastmod } = file;
  const fileId = stored.get(file.openedAs) ?? '';
  return { name, kind, fileId, urls, images, bytes, gzipBytes, sha256, lastmod: lastmod ?? null };
}

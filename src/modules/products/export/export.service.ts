import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { ShopsService } from '../../shops/index.js';
import { csvHeader, csvWriter } from '../import/csv/writer.js';
import { draftOf } from '../product-document.js';
import type { ProductDraft } from '../product.js';
import { ProductsRepository } from '../products.repository.js';

/** Gives the catalogue back as Shopify's product CSV. */
@Injectable()
export class ExportService {
  constructor(
    private readonly repository: ProductsRepository,
    private readonly shops: ShopsService,
  ) {}

  /** The whole catalogue by handle, streamed; importing it changes nothing. */
  async csv(shop: ShopDomain): Promise<Readable> {
    const { currency } = await this.shops.get(shop);
    const header = csvHeader(await this.repository.extraColumns(shop));
    const writer = csvWriter(currency, header);
    const drafts = Readable.from(this.drafts(shop));
    drafts.once('error', (error) => writer.destroy(error));
    writer.once('close', () => drafts.destroy());
    return drafts.pipe(writer);
  }

  private async *drafts(shop: ShopDomain): AsyncGenerator<ProductDraft> {
    for await (const document of this.repository.streamAll(shop)) yield draftOf(document);
  }
}

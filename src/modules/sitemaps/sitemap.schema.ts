import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Skipped } from './xml/skip-log.js';

/** One served file of a version, stored gzipped. */
export interface StoredSitemapFile {
  name: string;
  kind: 'urlset' | 'index';
  fileId: string;
  urls: number;
  images: number;
  /** Uncompressed and stored size. */
  bytes: number;
  gzipBytes: number;
  /** SHA-256 of the uncompressed XML. */
  sha256: string;
  lastmod: Date | null;
}

/** A whole, good version of a shop's sitemap; it is stored when all its files are. */
@Schema({ collection: 'sitemaps', versionKey: false })
export class SitemapDocument {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  /** The job that made it; a job makes one version however often it is tried. */
  @Prop({ required: true }) jobId: string;
  @Prop({ type: Date, required: true }) generatedAt: Date;
  @Prop({ type: [MongooseSchema.Types.Mixed], required: true }) files: StoredSitemapFile[];
  @Prop({ required: true }) products: number;
  @Prop({ required: true }) urls: number;
  @Prop({ required: true }) images: number;
  @Prop({ type: [MongooseSchema.Types.Mixed], required: true }) skipped: Skipped[];
}

export const SitemapSchema = SchemaFactory.createForClass(SitemapDocument);

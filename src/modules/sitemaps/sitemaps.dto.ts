import { ApiProperty } from '@nestjs/swagger';
import { PageDto } from '../../platform/http/list.dto.js';
import type { SitemapResult } from './sitemap.jobs.js';
import type { SitemapDocument } from './sitemap.schema.js';

export class SitemapFileDto {
  @ApiProperty({ example: 'sitemap-1.xml' }) name: string;
  @ApiProperty({ enum: ['urlset', 'index'] }) kind: 'urlset' | 'index';
  @ApiProperty({ type: 'integer', example: 50_000 }) urls: number;
  @ApiProperty({ type: 'integer', example: 48_211 }) images: number;
  @ApiProperty({ type: 'integer', description: 'Uncompressed' }) bytes: number;
  @ApiProperty({ type: 'integer', description: 'As stored' }) gzipBytes: number;
  @ApiProperty({ type: Date, nullable: true, description: 'Latest change inside' }) lastmod: Date | null;
}

export class SkippedDto {
  @ApiProperty({ example: 'image' }) part: string;
  @ApiProperty({ example: 'too_long' }) reason: string;
  @ApiProperty({ type: 'integer', example: 1 }) count: number;
  @ApiProperty({ type: [String] }) examples: string[];
}

export class SitemapDto {
  @ApiProperty() id: string;
  @ApiProperty() generatedAt: Date;
  @ApiProperty({ type: 'integer', example: 120 }) products: number;
  @ApiProperty({ type: 'integer', example: 121 }) urls: number;
  @ApiProperty({ type: 'integer', example: 240 }) images: number;
  @ApiProperty({ type: [SitemapFileDto] }) files: SitemapFileDto[];
  @ApiProperty({ type: [SkippedDto], description: 'What could not be listed, and why' })
  skipped: SkippedDto[];
}

export class SitemapListDto {
  @ApiProperty({ type: [SitemapDto] }) data: SitemapDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

/** `result` of the job `sitemap.generate`. */
export class SitemapResultDto implements SitemapResult {
  @ApiProperty() sitemapId: string;
  @ApiProperty({ type: 'integer', example: 120 }) products: number;
  @ApiProperty({ type: 'integer', example: 121 }) urls: number;
  @ApiProperty({ type: 'integer', example: 240 }) images: number;
  @ApiProperty({ type: 'integer', example: 1 }) files: number;
  @ApiProperty({ format: 'uri', description: 'Where crawlers find it' }) location: string;
}

export function toSitemapDto({
  _id,
  generatedAt,
  products,
  urls,
  images,
  files,
  skipped,
}: SitemapDocument): SitemapDto {
  return {
    id: String(_id),
    generatedAt,
    products,
    urls,
    images,
    files: files.map(({ fileId: _fileId, sha256: _sha256, ...file }) => file),
    skipped,
  };
}

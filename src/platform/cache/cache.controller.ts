import { Controller, Delete, Get, HttpCode, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '../http/access.js';
import { StringField } from '../http/fields.js';
import { ApiProblem } from '../http/openapi.js';
import { CacheService } from './cache.service.js';

export class CacheCountsDto {
  @ApiProperty({ type: 'integer', example: 4821, description: 'Answered from process memory' }) l1: number;
  @ApiProperty({ type: 'integer', example: 310, description: 'Answered from Valkey' }) l2: number;
  @ApiProperty({ type: 'integer', example: 12, description: 'Answered past its time, while loading anew' })
  stale: number;
  @ApiProperty({ type: 'integer', example: 190 }) miss: number;
  @ApiProperty({ type: 'integer', example: 0, description: 'Not cacheable' }) bypass: number;
  @ApiProperty({ example: 0.964, description: 'Hits of any kind ÷ (hits + misses)' }) hitRate: number;
}

export class CacheResourceDto extends CacheCountsDto {
  @ApiProperty({ example: 'product-list' }) resource: string;
}

export class CacheTenantDto extends CacheCountsDto {
  @ApiProperty({ example: 'nordlys-apparel.myshopify.com' }) tenant: string;
  @ApiProperty({ type: 'integer', description: 'Entries in process memory' }) entries: number;
  @ApiProperty({ type: 'integer', description: 'Bytes in process memory' }) bytes: number;
  @ApiProperty({
    type: 'integer',
    description: 'Bytes in Valkey, when it last stored something; 0 while that is skipped',
  })
  sharedBytes: number;
}

export class CacheReportDto {
  @ApiProperty({ description: 'Whether the shared tier is skipped right now' }) degraded: boolean;
  @ApiProperty({ type: 'integer', description: 'Bytes in process memory' }) memoryBytes: number;
  @ApiProperty({ type: [CacheResourceDto] }) resources: CacheResourceDto[];
  @ApiProperty({ type: [CacheTenantDto], description: 'Largest first, at most 250' })
  tenants: CacheTenantDto[];
}

export class InvalidateCacheQuery {
  @StringField({
    minLength: 1,
    maxLength: 200,
    example: 'products:nordlys-apparel.myshopify.com',
    description: 'What the entries depend on',
  })
  tag: string;
}

@ApiTags('operations')
@Controller('api/admin/cache')
export class CacheController {
  constructor(private readonly cache: CacheService) {}

  @Get()
  @AdminOnly()
  @ApiOperation({
    operationId: 'getCache',
    summary: 'What the cache of this instance holds and how often it hit',
    description:
      'Of the instance that answers: what it holds in memory, and by resource and tenant how often that was of use. The metrics have the same of every instance.',
  })
  @ApiOkResponse({ type: CacheReportDto })
  report(): Promise<CacheReportDto> {
    return this.cache.report();
  }

  @Delete()
  @HttpCode(204)
  @AdminOnly()
  @ApiOperation({
    operationId: 'invalidateCache',
    summary: 'Void every entry with a tag, on every instance',
    description: 'What is held under the tag is loaded anew when it is next asked for, on every instance.',
  })
  @ApiNoContentResponse()
  @ApiProblem('validation_failed')
  async invalidate(@Query() { tag }: InvalidateCacheQuery): Promise<void> {
    await this.cache.invalidateTags(tag);
  }
}

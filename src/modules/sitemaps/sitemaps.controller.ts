import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../platform/http/access.js';
import { OffsetQuery, offsetPage } from '../../platform/http/list.dto.js';
import { ApiProblem } from '../../platform/http/openapi.js';
import { JobStartedDto } from '../../platform/queue/job.dto.js';
import { SitemapDto, SitemapListDto, SitemapResultDto, toSitemapDto } from './sitemaps.dto.js';
import { SitemapsService } from './sitemaps.service.js';

@ApiTags('sitemaps')
@ApiExtraModels(SitemapResultDto)
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/sitemaps')
export class SitemapsController {
  constructor(private readonly sitemaps: SitemapsService) {}

  @Post()
  @HttpCode(202)
  @RequireScope('sitemaps:write')
  @ApiOperation({
    operationId: 'generateSitemap',
    summary: "Write a new version of the shop's sitemap",
    description:
      'While a generation of the shop is waiting or running, that one is answered instead of a second.',
  })
  @ApiAcceptedResponse({ type: JobStartedDto })
  @ApiProblem('queue_unavailable')
  async generate(
    @Tenant() shop: ShopDomain,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobStartedDto> {
    const { job, estimatedTime } = await this.sitemaps.start(shop);
    void reply.header('location', `/api/jobs/${job.id}`);
    return { jobId: job.id, estimatedTime };
  }

  @Get()
  @RequireScope('sitemaps:read')
  @ApiOperation({
    operationId: 'listSitemaps',
    summary: 'The versions that are kept, newest first',
    description: 'The latest three; a run that failed left them in place.',
  })
  @ApiOkResponse({ type: SitemapListDto })
  async list(@Tenant() shop: ShopDomain, @Query() query: OffsetQuery): Promise<SitemapListDto> {
    const { sitemaps, total } = await this.sitemaps.list(shop, query.offset, query.limit);
    return offsetPage(sitemaps.map(toSitemapDto), query, total);
  }

  @Get(':id')
  @RequireScope('sitemaps:read')
  @ApiOperation({
    operationId: 'getSitemap',
    summary: 'One version',
    description: 'Its files and what they hold.',
  })
  @ApiOkResponse({ type: SitemapDto })
  @ApiProblem('sitemap_not_found')
  async get(@Tenant() shop: ShopDomain, @Param('id') id: string): Promise<SitemapDto> {
    return toSitemapDto(await this.sitemaps.get(shop, id));
  }
}

import { Controller, Get, Headers, Param, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { Public, Tenant } from '../../platform/http/access.js';
import { acceptsGzip } from '../../platform/http/compression.js';
import { matchesEtag } from '../../platform/http/etag.js';
import { LimitAs } from '../../platform/limits/limit-as.js';
import { ApiIfNoneMatch, ApiProblem } from '../../platform/http/openapi.js';
import { Produces } from '../../platform/http/route-config.js';
import { vary } from '../../platform/http/vary.js';
import { SitemapsService } from './sitemaps.service.js';

/** Crawlers come back within hours; five minutes at a cache is fresh for them and takes the load off. */
const CACHE_CONTROL = 'public, max-age=300';

/** What crawlers read. `sitemap.xml` is the whole sitemap, or the index of its parts; `.gz` names the same gzipped. */
@ApiTags('public')
@Controller('sitemaps/:shop')
export class PublicSitemapsController {
  constructor(private readonly sitemaps: SitemapsService) {}

  @Get(':file')
  @Public()
  @LimitAs('public')
  @ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
  @ApiParam({ name: 'file', example: 'sitemap.xml' })
  @ApiOperation({
    operationId: 'readSitemap',
    summary: "A file of the shop's newest sitemap",
    description:
      'For crawlers: gzipped when accepted, with ETag and Last-Modified. Ask for `sitemap.xml`; it names the other files when there are any.',
  })
  @Produces('application/xml', 'text/xml', 'application/gzip')
  @ApiOkResponse({
    description: 'XML by sitemaps.org, gzipped when the client accepts it',
    schema: { type: 'string' },
  })
  @ApiIfNoneMatch()
  @ApiResponse({ status: 304, description: 'The copy named by If-None-Match is current' })
  @ApiProblem('sitemap_not_found')
  async read(
    @Tenant() shop: ShopDomain,
    @Param('file') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('if-none-match') ifNoneMatch?: string,
  ): Promise<void> {
    const asFile = name.endsWith('.gz');
    const { file, generatedAt } = await this.sitemaps.file(shop, asFile ? name.slice(0, -3) : name);
    const gzip = asFile || acceptsGzip(request.headers);
    const etag = `"${file.sha256.slice(0, 32)}${gzip ? '-gz' : ''}"`; // each representation has its own (RFC 9110, 8.8.3.3)
    void vary(reply, 'accept-encoding')
      .header('etag', etag)
      .header('last-modified', generatedAt.toUTCString())
      .header('cache-control', CACHE_CONTROL);
    if (matchesEtag(ifNoneMatch, etag)) {
      await reply.code(304).send();
      return;
    }
    void reply
      .header('content-type', asFile ? 'application/gzip' : 'application/xml; charset=utf-8')
      .header('content-length', gzip ? file.gzipBytes : file.bytes);
    if (gzip && !asFile) void reply.header('content-encoding', 'gzip');
    await reply.send(await this.sitemaps.open(shop, file, gzip));
  }
}

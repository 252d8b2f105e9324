import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { Public, Tenant } from '../../platform/http/access.js';
import { matchesEtag } from '../../platform/http/etag.js';
import { LimitAs } from '../../platform/limits/limit-as.js';
import { ApiIfNoneMatch, ApiProblem } from '../../platform/http/openapi.js';
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
  @ApiOperation({ operationId: 'readSitemap', summary: "A file of the shop's newest sitemap" })
  @ApiProduces('application/xml')
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
    @Res() reply: FastifyReply,
    @Headers('accept-encoding') acceptEncoding = '',
    @Headers('if-none-match') ifNoneMatch?: string,
  ): Promise<void> {
    const asFile = name.endsWith('.gz');
    const { file, generatedAt } = await this.sitemaps.file(shop, asFile ? name.slice(0, -3) : name);
    const gzip = asFile || acceptsGzip(acceptEncoding);
    const etag = `"${file.sha256.slice(0, 32)}${gzip ? '-gz' : ''}"`; // each representation has its own (RFC 9110, 8.8.3.3)
    void reply
      .header('etag', etag)
      .header('last-modified', generatedAt.toUTCString())
      .header('cache-control', CACHE_CONTROL)
      .header('vary', 'accept-encoding');
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

/** RFC 9110, 12.5.3: gzip is acceptable when named, or by `*`, with a weight above 0. */
function acceptsGzip(header: string): boolean {
  const weights = new Map(
    header.split(',').map((part): [string, number] => {
      const [coding = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return [coding, weight ? Number(weight.slice(2)) : 1];
    }),
  );
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}

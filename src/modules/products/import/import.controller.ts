import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { ApiCsvBody, CSV_PROBLEMS } from '../../../platform/csv/csv.openapi.js';
import { csvOf } from '../../../platform/csv/csv-request.js';
import { RequireScope, Tenant } from '../../../platform/http/access.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { Produces, TakesFile } from '../../../platform/http/route-config.js';
import { JobStartedDto } from '../../../platform/queue/job.dto.js';
import { ExportService } from '../export/export.service.js';
import { ImportResultDto } from './import-result.dto.js';
import { ImportService } from './import.service.js';

@ApiTags('products')
@ApiExtraModels(ImportResultDto)
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/products')
export class ImportController {
  constructor(
    private readonly imports: ImportService,
    private readonly exports: ExportService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('import')
  @HttpCode(202)
  @RequireScope('products:write')
  @ApiOperation({
    operationId: 'importProducts',
    summary: "Import Shopify's product CSV",
    description:
      'The file is checked while it arrives and imported by a job. Rows of one handle become one product; a bad row keeps its product out and is reported in the result of the job, the others land. Importing a file twice changes nothing.',
  })
  @TakesFile()
  @ApiCsvBody('Handle,Title,Variant Price\ntee,Tee,19.90\n')
  @ApiAcceptedResponse({ type: JobStartedDto })
  @ApiProblem(...CSV_PROBLEMS)
  async import(
    @Tenant() shop: ShopDomain,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobStartedDto> {
    const maxBytes = this.config.shops.importMaxBytes;
    const { stream, name } = await csvOf(request, maxBytes);
    const job = await this.imports.start(shop, stream, name, maxBytes);
    void reply.header('location', `/api/jobs/${job.id}`);
    return { jobId: job.id };
  }

  @Get('export.csv')
  @RequireScope('products:read')
  @ApiOperation({
    operationId: 'exportProducts',
    summary: "The whole catalogue as Shopify's product CSV",
    description:
      'It is read from the database while it is sent, so that any catalogue fits. Columns that an import kept are in it.',
  })
  @Produces('text/csv')
  @ApiOkResponse({ description: 'A file that imports to the same catalogue', schema: { type: 'string' } })
  async export(@Tenant() shop: ShopDomain, @Res() reply: FastifyReply): Promise<void> {
    const csv = await this.exports.csv(shop);
    await reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header(
        'content-disposition',
        `attachment; filename="${shop.split('.', 1)[0] ?? 'products'}-products.csv"`,
      )
      .header('cache-control', 'no-store')
      .send(csv);
  }
}

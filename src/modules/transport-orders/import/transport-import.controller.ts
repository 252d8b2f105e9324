import { Controller, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiExtraModels, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { ApiCsvBody, CSV_PROBLEMS } from '../../../platform/csv/csv.openapi.js';
import { csvOf } from '../../../platform/csv/csv-request.js';
import { CurrentPrincipal, RequireScope, type Principal } from '../../../platform/http/access.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { TakesFile } from '../../../platform/http/route-config.js';
import { JobStartedDto } from '../../../platform/queue/job.dto.js';
import { ImportTransportsQuery, TransportImportResultDto } from './transport-import.dto.js';
import { TransportImportService } from './transport-import.service.js';

const EXAMPLE =
  'reference,transportType,currency,' +
  'pickup.name,pickup.address,pickup.postalCode,pickup.city,pickup.country,pickup.longitude,pickup.latitude,pickup.windowFrom,pickup.windowTo,' +
  'delivery.name,delivery.address,delivery.postalCode,delivery.city,delivery.country,delivery.longitude,delivery.latitude,delivery.windowFrom,delivery.windowTo,' +
  'goods.0.description,goods.0.weightGrams\n' +
  'SHIP-1042,ltl,EUR,' +
  'Warehouse North,Hafenstraße 1,10115,Berlin,DE,13.405,52.52,2026-12-01T08:00:00Z,2026-12-01T12:00:00Z,' +
  'Store,Elbchaussee 1,22765,Hamburg,DE,9.9937,53.5511,2026-12-02T08:00:00Z,2026-12-02T12:00:00Z,' +
  'Garments on pallets,420000\n';

@ApiTags('transport orders')
@ApiExtraModels(TransportImportResultDto)
@Controller('api/transport-orders')
export class TransportImportController {
  constructor(
    private readonly imports: TransportImportService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('import')
  @HttpCode(202)
  @RequireScope('transport-orders:write')
  @ApiOperation({
    operationId: 'importTransportOrders',
    summary: 'Have many things moved: transport orders of a CSV',
    description:
      'A row is an order, a column a field of it (`pickup.city`, `goods.0.weightGrams`; docs/logistics.md). The file is checked while it arrives; a job makes the orders. A bad row is reported in its result, the others land. A row whose order is there already changes nothing.',
  })
  @TakesFile()
  @ApiCsvBody(EXAMPLE)
  @ApiAcceptedResponse({ type: JobStartedDto })
  @ApiProblem(
    'validation_failed',
    'organisation_forbidden',
    'organisation_not_found',
    'shop_not_found',
    ...CSV_PROBLEMS,
  )
  async import(
    @CurrentPrincipal() principal: Principal,
    @Query() { clientId }: ImportTransportsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobStartedDto> {
    const { importMaxBytes } = this.config.shops;
    const client = await this.imports.clientFor(principal, clientId);
    // last: a stream that ends before somebody reads it ends nobody's wait
    const upload = await csvOf(request, importMaxBytes);
    const job = await this.imports.start(client, upload, importMaxBytes);
    void reply.header('location', `/api/jobs/${job.id}`);
    return { jobId: job.id };
  }
}

import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { AdminOnly, RequireScope, Tenant } from '../../platform/http/access.js';
import { ApiProblem } from '../../platform/http/openapi.js';
import { AuditEventListDto, forTenant, ListAllAuditEventsQuery, ListAuditEventsQuery } from './audit.dto.js';
import { AuditService } from './audit.service.js';

@ApiTags('audit')
@Controller('api')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get('admin/audit-events')
  @AdminOnly()
  @ApiOperation({
    operationId: 'listAllAuditEvents',
    summary: 'Every recorded change, newest first',
    description: 'Who changed what, when and from where. Events can be neither altered nor removed.',
  })
  @ApiOkResponse({ type: AuditEventListDto })
  @ApiProblem('invalid_cursor')
  async listAll(@Query() query: ListAllAuditEventsQuery): Promise<AuditEventListDto> {
    const { limit, cursor, ...filter } = query;
    const { events, ...page } = await this.audit.list(filter, limit, cursor);
    return { data: events, page };
  }

  @Get('shops/:shop/audit-events')
  @ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
  @RequireScope('audit:read')
  @ApiOperation({
    operationId: 'listAuditEvents',
    summary: "Recorded changes of the shop's own, newest first",
    description: 'Who changed what, when and from where. Events can be neither altered nor removed.',
  })
  @ApiOkResponse({ type: AuditEventListDto })
  @ApiProblem('invalid_cursor')
  async list(@Tenant() shop: ShopDomain, @Query() query: ListAuditEventsQuery): Promise<AuditEventListDto> {
    const { limit, cursor, ...filter } = query;
    const { events, ...page } = await this.audit.list({ ...filter, shop }, limit, cursor);
    return { data: events.map(forTenant), page };
  }
}

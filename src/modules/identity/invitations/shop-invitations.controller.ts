import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { CurrentPrincipal, RequireScope, Tenant, type Principal } from '../../../platform/http/access.js';
import { ApiMailLanguage, CurrentLanguages } from '../../../platform/http/languages.js';
import { OffsetQuery, offsetPage } from '../../../platform/http/list.dto.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { ofShop } from '../members/tenant-ref.js';
import { inviteOf } from './invite.js';
import { InvitationDto, InvitationListDto, InviteDto, toInvitationDto } from './invitations.dto.js';
import { InvitationsService } from './invitations.service.js';

@ApiTags('members')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/invitations')
export class ShopInvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  @Get()
  @RequireScope('members:read')
  @ApiOperation({
    operationId: 'listShopInvitations',
    summary: 'Invitations that are open, newest first',
    description: 'Accepted, revoked and expired ones are left out.',
  })
  @ApiOkResponse({ type: InvitationListDto })
  async list(@Tenant() shop: ShopDomain, @Query() query: OffsetQuery): Promise<InvitationListDto> {
    const { invitations, total } = await this.invitations.list(ofShop(shop), query.offset, query.limit);
    return offsetPage(invitations.map(toInvitationDto), query, total);
  }

  @Post()
  @RequireScope('members:write')
  @ApiMailLanguage()
  @ApiOperation({
    operationId: 'inviteToShop',
    summary: 'Invite somebody by mail',
    description:
      'The code in the mail works once, for seven days, for that address only. Inviting again renews it.',
  })
  @ApiCreatedResponse({ type: InvitationDto })
  @ApiProblem('already_member', 'conflict')
  async invite(
    @Tenant() shop: ShopDomain,
    @Body() body: InviteDto,
    @CurrentPrincipal() caller: Principal,
    @CurrentLanguages() languages: string[],
  ): Promise<InvitationDto> {
    const tenant = ofShop(shop);
    const invite = inviteOf(body, tenant, caller, languages);
    return toInvitationDto(await this.invitations.invite(tenant, invite));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('members:write')
  @ApiOperation({
    operationId: 'revokeShopInvitation',
    summary: 'Take an invitation back',
    description: 'The code of its mail stops at once. Who has accepted is a member: remove that instead.',
  })
  @ApiNoContentResponse()
  @ApiProblem('invitation_not_found')
  async revoke(@Tenant() shop: ShopDomain, @Param('id') id: string): Promise<void> {
    await this.invitations.revoke(ofShop(shop), id);
  }
}

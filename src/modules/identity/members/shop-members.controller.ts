import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../../platform/http/access.js';
import { OffsetQuery, offsetPage } from '../../../platform/http/list.dto.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { MemberListDto, toMemberDto } from './members.dto.js';
import { MembersService } from './members.service.js';
import { ofShop } from './tenant-ref.js';

@ApiTags('members')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/members')
export class ShopMembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  @RequireScope('members:read')
  @ApiOperation({
    operationId: 'listShopMembers',
    summary: 'Who may act for the shop, first member first',
    description: 'An owner may do everything; staff what their scopes say.',
  })
  @ApiOkResponse({ type: MemberListDto })
  async list(@Tenant() shop: ShopDomain, @Query() query: OffsetQuery): Promise<MemberListDto> {
    const { members, total } = await this.members.list(ofShop(shop), query.offset, query.limit);
    return offsetPage(members.map(toMemberDto), query, total);
  }

  @Delete(':account')
  @HttpCode(204)
  @RequireScope('members:write')
  @ApiOperation({
    operationId: 'removeShopMember',
    summary: 'Remove a member',
    description:
      'Its sessions lose the shop at once here and within 5 s on other instances. One owner always stays.',
  })
  @ApiNoContentResponse()
  @ApiProblem('member_not_found', 'last_owner')
  async remove(@Tenant() shop: ShopDomain, @Param('account') account: string): Promise<void> {
    await this.members.remove(ofShop(shop), account);
  }
}

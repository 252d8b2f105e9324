import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { CurrentOrganisation, RequireScope, type OrganisationRef } from '../../../platform/http/access.js';
import { OffsetQuery, offsetPage } from '../../../platform/http/list.dto.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { MemberListDto, toMemberDto } from './members.dto.js';
import { MembersService } from './members.service.js';
import { ofOrganisation } from './tenant-ref.js';

@ApiTags('members')
@ApiParam({ name: 'organisation', example: '6921b0d2a1f4b0a7c9e01234' })
@Controller('api/organisations/:organisation/members')
export class OrganisationMembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  @RequireScope('members:read')
  @ApiOperation({
    operationId: 'listOrganisationMembers',
    summary: 'Who may act for the organisation, first member first',
    description: 'An owner may do everything; staff what their scopes say.',
  })
  @ApiOkResponse({ type: MemberListDto })
  async list(
    @CurrentOrganisation() organisation: OrganisationRef,
    @Query() query: OffsetQuery,
  ): Promise<MemberListDto> {
    const { members, total } = await this.members.list(
      ofOrganisation(organisation),
      query.offset,
      query.limit,
    );
    return offsetPage(members.map(toMemberDto), query, total);
  }

  @Delete(':account')
  @HttpCode(204)
  @RequireScope('members:write')
  @ApiOperation({
    operationId: 'removeOrganisationMember',
    summary: 'Remove a member',
    description:
      'Its sessions lose the organisation at once here and within 5 s on other instances. One owner always stays.',
  })
  @ApiNoContentResponse()
  @ApiProblem('member_not_found', 'last_owner')
  async remove(
    @CurrentOrganisation() organisation: OrganisationRef,
    @Param('account') account: string,
  ): Promise<void> {
    await this.members.remove(ofOrganisation(organisation), account);
  }
}

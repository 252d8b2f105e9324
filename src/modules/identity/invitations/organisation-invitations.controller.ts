import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import {
  CurrentOrganisation,
  CurrentPrincipal,
  RequireScope,
  type OrganisationRef,
  type Principal,
} from '../../../platform/http/access.js';
import { ApiMailLanguage, CurrentLanguages } from '../../../platform/http/languages.js';
import { OffsetQuery, offsetPage } from '../../../platform/http/list.dto.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { ofOrganisation } from '../members/tenant-ref.js';
import { inviteOf } from './invite.js';
import { InvitationDto, InvitationListDto, InviteDto, toInvitationDto } from './invitations.dto.js';
import { InvitationsService } from './invitations.service.js';

@ApiTags('members')
@ApiParam({ name: 'organisation', example: '6921b0d2a1f4b0a7c9e01234' })
@Controller('api/organisations/:organisation/invitations')
export class OrganisationInvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  @Get()
  @RequireScope('members:read')
  @ApiOperation({
    operationId: 'listOrganisationInvitations',
    summary: 'Invitations that are open, newest first',
    description: 'Accepted, revoked and expired ones are left out.',
  })
  @ApiOkResponse({ type: InvitationListDto })
  async list(
    @CurrentOrganisation() organisation: OrganisationRef,
    @Query() query: OffsetQuery,
  ): Promise<InvitationListDto> {
    const { invitations, total } = await this.invitations.list(
      ofOrganisation(organisation),
      query.offset,
      query.limit,
    );
    return offsetPage(invitations.map(toInvitationDto), query, total);
  }

  @Post()
  @RequireScope('members:write')
  @ApiMailLanguage()
  @ApiOperation({
    operationId: 'inviteToOrganisation',
    summary: 'Invite somebody by mail',
    description:
      'The code in the mail works once, for seven days, for that address only. Inviting again renews it.',
  })
  @ApiCreatedResponse({ type: InvitationDto })
  @ApiProblem('already_member', 'conflict')
  async invite(
    @CurrentOrganisation() organisation: OrganisationRef,
    @Body() body: InviteDto,
    @CurrentPrincipal() caller: Principal,
    @CurrentLanguages() languages: string[],
  ): Promise<InvitationDto> {
    const tenant = ofOrganisation(organisation);
    const invite = inviteOf(body, tenant, caller, languages);
    return toInvitationDto(await this.invitations.invite(tenant, invite));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequireScope('members:write')
  @ApiOperation({
    operationId: 'revokeOrganisationInvitation',
    summary: 'Take an invitation back',
    description: 'The code of its mail stops at once. Who has accepted is a member: remove that instead.',
  })
  @ApiNoContentResponse()
  @ApiProblem('invitation_not_found')
  async revoke(@CurrentOrganisation() organisation: OrganisationRef, @Param('id') id: string): Promise<void> {
    await this.invitations.revoke(ofOrganisation(organisation), id);
  }
}

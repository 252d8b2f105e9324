import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountOnly, CurrentAccount, Public, type AccountPrincipal } from '../../../platform/http/access.js';
import { CurrentClient, type Client } from '../../../platform/http/client.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { CodeDto, TokensDto } from '../accounts/auth.dto.js';
import { MembershipDto, toMembershipDto } from '../members/members.dto.js';
import { AcceptanceService } from './acceptance.service.js';
import { AcceptInvitationDto } from './invitations.dto.js';

@ApiTags('members')
@Controller('api')
export class AcceptanceController {
  constructor(private readonly acceptance: AcceptanceService) {}

  @Post('invitations/accept')
  @HttpCode(200)
  @AccountOnly()
  @ApiOperation({
    operationId: 'acceptInvitation',
    summary: 'Accept an invitation with the account you are logged in to',
    description: 'The invitation has to be for the address of the account.',
  })
  @ApiOkResponse({ type: MembershipDto })
  @ApiProblem('invalid_token', 'conflict')
  async accept(
    @CurrentAccount() caller: AccountPrincipal,
    @Body() { token }: CodeDto,
  ): Promise<MembershipDto> {
    return toMembershipDto(await this.acceptance.acceptAs(caller.account, token));
  }

  @Post('auth/accept-invitation')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    operationId: 'acceptInvitationWithPassword',
    summary: 'Accept an invitation with a password, and log in',
    description:
      "The password of the invited address's account; if it has none, an account with this password is made.",
  })
  @ApiOkResponse({ type: TokensDto })
  @ApiProblem('invalid_token', 'invalid_credentials', 'conflict')
  acceptWith(
    @Body() { token, password }: AcceptInvitationDto,
    @CurrentClient() client: Client,
  ): Promise<TokensDto> {
    return this.acceptance.acceptWith(token, password, client);
  }
}

import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { AccountOnly, CurrentAccount, Public, type AccountPrincipal } from '../../../platform/http/access.js';
import { ApiMailLanguage, CurrentLanguages } from '../../../platform/http/languages.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { MembersService } from '../members/members.service.js';
import { toMembershipDto } from '../members/members.dto.js';
import { AccountsService } from './accounts.service.js';
import {
  AccountDto,
  ChangePasswordDto,
  ForgotPasswordDto,
  MailSentDto,
  ResetPasswordDto,
} from './auth.dto.js';
import { PasswordsService } from './passwords.service.js';

@ApiTags('auth')
@Controller('api/auth')
export class AccountController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly passwords: PasswordsService,
    private readonly members: MembersService,
  ) {}

  @Get('me')
  @AccountOnly()
  @ApiOperation({
    operationId: 'getAccount',
    summary: 'Your account, its role, shops and organisations',
    description: 'Whom the access token speaks for, and what it may do in which shop or organisation.',
  })
  @ApiOkResponse({ type: AccountDto })
  async me(@CurrentAccount() caller: AccountPrincipal): Promise<AccountDto> {
    const { _id, email, role, createdAt } = await this.accounts.get(caller.account);
    const memberships = await this.members.of(caller.account);
    return { id: String(_id), email, role, createdAt, memberships: memberships.map(toMembershipDto) };
  }

  @Post('change-password')
  @HttpCode(204)
  @AccountOnly()
  @ApiMailLanguage()
  @ApiOperation({
    operationId: 'changePassword',
    summary: 'Change your password; every other session ends',
    description: 'It asks for the current password, so that a stolen access token is not yet the account.',
  })
  @ApiNoContentResponse()
  @ApiProblem('invalid_credentials', 'conflict')
  async change(
    @CurrentAccount() caller: AccountPrincipal,
    @Body() { currentPassword, newPassword }: ChangePasswordDto,
    @CurrentLanguages() languages: string[],
  ): Promise<void> {
    await this.passwords.change(caller, currentPassword, newPassword, languages);
  }

  @Post('forgot-password')
  @HttpCode(202)
  @Public()
  @ApiMailLanguage()
  @ApiOperation({
    operationId: 'forgotPassword',
    summary: 'Ask for a code to set a new password',
    description:
      'The answer is the same whether or not the address has an account. At most five mails an hour.',
  })
  @ApiAcceptedResponse({ type: MailSentDto })
  async forgot(
    @Body() { email }: ForgotPasswordDto,
    @CurrentLanguages() languages: string[],
  ): Promise<MailSentDto> {
    await this.passwords.forgot({ email, languages });
    return { message: 'If this address has an account, a mail is on its way to it.' };
  }

  @Post('reset-password')
  @HttpCode(204)
  @Public()
  @ApiMailLanguage()
  @ApiOperation({
    operationId: 'resetPassword',
    summary: 'Set a new password by a code; every session ends',
    description: 'The code of the mail works once, for an hour.',
  })
  @ApiNoContentResponse()
  @ApiProblem('invalid_token')
  async reset(
    @Body() { token, newPassword }: ResetPasswordDto,
    @CurrentLanguages() languages: string[],
  ): Promise<void> {
    await this.passwords.reset(token, newPassword, languages);
  }
}

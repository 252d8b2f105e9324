import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Public } from '../../../platform/http/access.js';
import { CurrentClient, type Client } from '../../../platform/http/client.js';
import { ApiMailLanguage, CurrentLanguages } from '../../../platform/http/languages.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { LimitAs } from '../../../platform/limits/limit-as.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { AccountsService } from './accounts.service.js';
import { CodeDto, LoginDto, MailSentDto, RefreshDto, RegisterDto, TokensDto } from './auth.dto.js';
import { RegistrationService } from './registration.service.js';

@ApiTags('auth')
@Controller('api/auth')
export class AuthController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly registration: RegistrationService,
    private readonly sessions: SessionsService,
  ) {}

  @Post('register')
  @HttpCode(202)
  @Public()
  @LimitAs('credentials')
  @ApiMailLanguage()
  @ApiOperation({
    operationId: 'register',
    summary: 'Register as a merchant',
    description:
      'Sends a code by mail. The answer is the same whether or not the address has an account; the mail tells.',
  })
  @ApiAcceptedResponse({ type: MailSentDto })
  async register(
    @Body() { email, password }: RegisterDto,
    @CurrentLanguages() languages: string[],
  ): Promise<MailSentDto> {
    await this.registration.register({ email, languages }, password);
    return { message: 'A mail with the next step is on its way to this address.' };
  }

  @Post('verify-email')
  @HttpCode(204)
  @Public()
  @ApiOperation({
    operationId: 'verifyEmail',
    summary: 'Confirm the address of a registration; then log in',
    description: 'The code of the mail works once, for 24 hours. Register again for a new one.',
  })
  @ApiNoContentResponse()
  @ApiProblem('invalid_token')
  async verify(@Body() { token }: CodeDto): Promise<void> {
    await this.registration.verify(token);
  }

  @Post('login')
  @HttpCode(200)
  @Public()
  @LimitAs('credentials')
  @ApiOperation({
    operationId: 'login',
    summary: 'Exchange e-mail and password for tokens',
    description:
      'Opens a session. No cookie is set: keep the tokens and send the access token with each request.',
  })
  @ApiOkResponse({ type: TokensDto })
  @ApiProblem('invalid_credentials')
  login(@Body() { email, password }: LoginDto, @CurrentClient() client: Client): Promise<TokensDto> {
    return this.accounts.login(email, password, client);
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    operationId: 'refreshTokens',
    summary: 'Exchange a refresh token for new tokens',
    description:
      'Each refresh token works once. Used a second time within 10 s it gives the same successor (two tabs racing); ' +
      'later, it ends the session, because somebody has a copy.',
  })
  @ApiOkResponse({ type: TokensDto })
  @ApiProblem('invalid_refresh_token')
  refresh(@Body() { refreshToken }: RefreshDto, @CurrentClient() client: Client): Promise<TokensDto> {
    return this.sessions.refresh(refreshToken, client);
  }

  @Post('logout')
  @HttpCode(204)
  @Public()
  @ApiOperation({
    operationId: 'logout',
    summary: 'End the session of a refresh token; an unknown one is no error',
    description:
      'The session ends with its refresh token; its access token stops at once here and within 5 s on other instances.',
  })
  @ApiNoContentResponse()
  async logout(@Body() { refreshToken }: RefreshDto): Promise<void> {
    await this.sessions.logout(refreshToken);
  }
}

import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/http/access.js';
import { StringField } from '../../platform/http/fields.js';
import { ApiProblem } from '../../platform/http/openapi.js';
import { AccountsService } from './accounts.service.js';

export class LoginDto {
  @StringField({ minLength: 3, maxLength: 254, format: 'email', example: 'admin@example.com' }) email: string;
  @StringField({ minLength: 1, maxLength: 200, format: 'password' }) password: string;
}

export class LoggedInDto {
  @ApiProperty({ description: 'Send it as `Authorization: Bearer …`' }) accessToken: string;
  @ApiProperty({ type: 'integer', example: 900, description: 'Seconds until it expires' }) expiresIn: number;
}

@ApiTags('auth')
@Controller('api/auth')
export class AuthController {
  constructor(private readonly accounts: AccountsService) {}

  @Post('login')
  @HttpCode(200)
  @Public()
  @ApiOperation({ operationId: 'login', summary: 'Exchange e-mail and password for an access token' })
  @ApiOkResponse({ type: LoggedInDto })
  @ApiProblem('validation_failed', 'invalid_credentials')
  login(@Body() { email, password }: LoginDto): Promise<LoggedInDto> {
    return this.accounts.login(email, password);
  }
}

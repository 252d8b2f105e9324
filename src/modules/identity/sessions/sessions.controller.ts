import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountOnly, CurrentAccount, type AccountPrincipal } from '../../../platform/http/access.js';
import { BooleanQuery } from '../../../platform/http/fields.js';
import { OffsetQuery, offsetPage } from '../../../platform/http/list.dto.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { SessionListDto, toSessionDto } from './sessions.dto.js';
import { SessionsService } from './sessions.service.js';

export class EndSessionsQuery {
  @BooleanQuery({ default: false, description: 'Leave the session of this request' })
  exceptCurrent = false;
}

@ApiTags('auth')
@Controller('api/auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @AccountOnly()
  @ApiOperation({
    operationId: 'listSessions',
    summary: 'Where you are logged in, last used first',
    description: 'Each with its times, client and address; the one that asks is marked.',
  })
  @ApiOkResponse({ type: SessionListDto })
  async list(
    @CurrentAccount() caller: AccountPrincipal,
    @Query() query: OffsetQuery,
  ): Promise<SessionListDto> {
    const { sessions, total } = await this.sessions.list(caller.account, query.offset, query.limit);
    return offsetPage(
      sessions.map((session) => toSessionDto(session, caller.session)),
      query,
      total,
    );
  }

  @Delete(':id')
  @HttpCode(204)
  @AccountOnly()
  @ApiOperation({
    operationId: 'endSession',
    summary: 'End a session',
    description:
      'Its refresh token stops at once; its access token at once here and within 5 s on other instances.',
  })
  @ApiNoContentResponse()
  @ApiProblem('session_not_found')
  async end(@CurrentAccount() caller: AccountPrincipal, @Param('id') id: string): Promise<void> {
    await this.sessions.revoke(caller.account, id);
  }

  @Delete()
  @HttpCode(204)
  @AccountOnly()
  @ApiOperation({
    operationId: 'endSessions',
    summary: 'End every session, or every other one',
    description: 'Refresh tokens stop at once; access tokens at once here and within 5 s on other instances.',
  })
  @ApiNoContentResponse()
  async endAll(@CurrentAccount() caller: AccountPrincipal, @Query() query: EndSessionsQuery): Promise<void> {
    await this.sessions.revokeAll(caller.account, query.exceptCurrent ? caller.session : undefined);
  }
}

import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdminOnly } from '../../platform/http/access.js';
import { etagOf, expectedVersion } from '../../platform/http/etag.js';
import { offsetPage } from '../../platform/http/list.dto.js';
import { ApiIfMatch, ApiProblem } from '../../platform/http/openapi.js';
import { callerOf } from './caller.js';
import type { ThrottlingOverride } from './throttling-override.js';
import {
  CreateThrottlingOverrideDto,
  ThrottlingOverrideDto,
  ThrottlingOverrideListDto,
  ThrottlingOverrideQuery,
  toThrottlingOverrideDto,
  UpdateThrottlingOverrideDto,
} from './throttling-overrides.dto.js';
import { canonicalSubject, ThrottlingOverridesService } from './throttling-overrides.service.js';

/** Exceptions to the rate limits, in force on every instance within a second. */
@ApiTags('throttling overrides')
@AdminOnly()
@Controller('api/admin/throttling-overrides')
export class ThrottlingOverridesController {
  constructor(private readonly overrides: ThrottlingOverridesService) {}

  @Get()
  @ApiOperation({
    operationId: 'listThrottlingOverrides',
    summary: 'Exceptions to the rate limits, by subject',
    description: 'For operators. Filter by kind and subject.',
  })
  @ApiOkResponse({ type: ThrottlingOverrideListDto })
  async list(@Query() query: ThrottlingOverrideQuery): Promise<ThrottlingOverrideListDto> {
    const { subjectKind, subject } = query;
    const filter = {
      ...(subjectKind ? { subjectKind } : {}),
      ...(subject ? { subject: subjectKind ? canonicalSubject({ subjectKind, subject }) : subject } : {}),
    };
    const { overrides, total } = await this.overrides.list(filter, query.offset, query.limit);
    return offsetPage(overrides.map(toThrottlingOverrideDto), query, total);
  }

  @Get(':id')
  @ApiOperation({
    operationId: 'getThrottlingOverride',
    summary: 'One exception',
    description: 'For operators. Its ETag is what `If-Match` takes.',
  })
  @ApiOkResponse({ type: ThrottlingOverrideDto })
  @ApiProblem('throttling_override_not_found')
  async get(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ThrottlingOverrideDto> {
    return answer(reply, await this.overrides.get(id));
  }

  @Post()
  @ApiOperation({
    operationId: 'createThrottlingOverride',
    summary: 'Limit otherwise, exempt or block an address, account, key or shop',
    description:
      'For operators. In force on every instance within a second. A subject has one override: change it rather than add another.',
  })
  @ApiCreatedResponse({ type: ThrottlingOverrideDto })
  @ApiProblem('throttling_override_exists', 'conflict')
  async create(
    @Body() body: CreateThrottlingOverrideDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ThrottlingOverrideDto> {
    const { limit = null, windowSeconds = null, expiresAt = null, ...rest } = body;
    const created = await this.overrides.create(
      { ...rest, limit, windowSeconds, expiresAt },
      callerOf(request),
    );
    void reply.header('location', `/api/admin/throttling-overrides/${created.id}`);
    return answer(reply, created);
  }

  @Patch(':id')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'updateThrottlingOverride',
    summary: 'Change an exception; its subject stays',
    description:
      'For operators. In force on every instance within a second. With `If-Match` nothing changes when somebody was faster.',
  })
  @ApiOkResponse({ type: ThrottlingOverrideDto })
  @ApiProblem('throttling_override_not_found', 'version_mismatch')
  async update(
    @Param('id') id: string,
    @Body() body: UpdateThrottlingOverrideDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') ifMatch?: string,
  ): Promise<ThrottlingOverrideDto> {
    return answer(
      reply,
      await this.overrides.update(id, { ...body }, expectedVersion(ifMatch), callerOf(request)),
    );
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'removeThrottlingOverride',
    summary: 'End an exception',
    description: 'For operators. The usual limits hold again within a second, on every instance.',
  })
  @ApiNoContentResponse()
  @ApiProblem('throttling_override_not_found')
  async remove(@Param('id') id: string): Promise<void> {
    await this.overrides.remove(id);
  }
}

function answer(reply: FastifyReply, override: ThrottlingOverride): ThrottlingOverrideDto {
  void reply.header('etag', etagOf(override.version));
  return toThrottlingOverrideDto(override);
}

import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { AdminOnly } from '../../../platform/http/access.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { MailSuppressionsService } from '../../../platform/mail/mail-suppressions.service.js';
import {
  AddMailSuppressionDto,
  ListMailSuppressionsQuery,
  MailSuppressionDto,
  MailSuppressionListDto,
  toMailSuppressionDto,
} from './mail-suppressions.dto.js';

@ApiTags('notifications')
@AdminOnly()
@Controller('api/admin/mail-suppressions')
export class MailSuppressionsController {
  constructor(private readonly suppressions: MailSuppressionsService) {}

  @Get()
  @ApiOperation({
    operationId: 'listMailSuppressions',
    summary: 'Addresses that are sent nothing, or nothing of a sort, newest first',
    description: 'Bounced, complained, unsubscribed, or put here by an operator.',
  })
  @ApiOkResponse({ type: MailSuppressionListDto })
  @ApiProblem('invalid_cursor')
  async list(
    @Query() { limit, cursor, ...filter }: ListMailSuppressionsQuery,
  ): Promise<MailSuppressionListDto> {
    const { suppressions, page } = await this.suppressions.list(filter, limit, cursor);
    return { data: suppressions.map(toMailSuppressionDto), page };
  }

  @Post()
  @ApiOperation({
    operationId: 'addMailSuppression',
    summary: 'Send an address nothing any more',
    description:
      'By the reason `unsubscribe` nothing but what belongs to a transaction. Once more it changes nothing.',
  })
  @ApiCreatedResponse({ type: MailSuppressionDto })
  async add(@Body() entry: AddMailSuppressionDto): Promise<MailSuppressionDto> {
    return toMailSuppressionDto(await this.suppressions.add(entry));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'removeMailSuppression',
    summary: 'Send an address mails again',
    description: 'Other reasons that stand against it stay.',
  })
  @ApiNoContentResponse()
  @ApiProblem('mail_suppression_not_found')
  async remove(@Param('id') id: string): Promise<void> {
    await this.suppressions.remove(id);
  }
}

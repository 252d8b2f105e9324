import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AppError } from '../../../kernel/errors.js';
import { AdminOnly } from '../../../platform/http/access.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { htmlOf, textOf } from '../../../platform/mail/mail-layout.js';
import { fillIn, languageOf, mailTemplates, type Variables } from '../../../platform/mail/mail-template.js';
import {
  MailPreviewDto,
  MailTemplatesDto,
  PreviewMailTemplateQuery,
  type MailTemplateDto,
} from './mail-templates.dto.js';

@ApiTags('notifications')
@AdminOnly()
@Controller('api/admin/mail-templates')
export class MailTemplatesController {
  @Get()
  @ApiOperation({
    operationId: 'listMailTemplates',
    summary: 'The templates that messages are written from',
    description: 'Each with its version, its languages and the variables it needs.',
  })
  @ApiOkResponse({ type: MailTemplatesDto })
  list(): MailTemplatesDto {
    const data = [...mailTemplates().values()].map(
      ({ name, version, kind, description, languages, variables }): MailTemplateDto => ({
        ...{ name, version, kind, description, languages: Object.keys(languages) },
        variables: Object.entries(variables).map(([variable, about]) => ({
          ...{ name: variable, description: about.description, optional: about.optional ?? false },
        })),
      }),
    );
    return { data };
  }

  @Get(':name/preview')
  @ApiParam({ name: 'name', example: 'order-shipped', description: 'Name of the template' })
  @ApiOperation({
    operationId: 'previewMailTemplate',
    summary: 'A template filled in with example values',
    description: 'As it would be sent, in both forms; nothing is sent.',
  })
  @ApiOkResponse({ type: MailPreviewDto })
  @ApiProblem('mail_template_not_found')
  preview(@Param('name') name: string, @Query() query: PreviewMailTemplateQuery): MailPreviewDto {
    const template = mailTemplates().get(name);
    if (!template) throw new AppError('mail_template_not_found', `There is no mail template "${name}".`);
    const language = languageOf(template, [query.language ?? null]);
    const examples: Variables = Object.fromEntries(
      Object.entries(template.variables).map(([variable, { example }]) => [variable, example]),
    );
    const { content, sms } = fillIn(template, examples, language);
    return {
      ...{ language, subject: content.subject, text: textOf(content), html: htmlOf(content) },
      sms: sms ?? null,
    };
  }
}

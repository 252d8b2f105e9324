import { Body, Controller, Headers, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { AppError } from '../../../kernel/errors.js';
import { PublicPage } from '../../../platform/http/access.js';
import { TakesForm } from '../../../platform/http/route-config.js';
import { NotIdempotent } from '../../../platform/idempotency/not-idempotent.js';
import { LimitAs } from '../../../platform/limits/limit-as.js';
import { NotificationsService } from '../notifications.service.js';
import { isFromTwilio } from './twilio-signature.js';

/** Where Twilio tells what became of a message. */
@Controller('sms/twilio')
@PublicPage()
@LimitAs('public')
export class TwilioStatusController {
  constructor(
    private readonly notifications: NotificationsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post(':notification')
  @HttpCode(204)
  @NotIdempotent()
  @TakesForm()
  async status(
    @Param('notification') id: string,
    @Body() body: unknown,
    @Req() { url }: FastifyRequest,
    @Headers('x-twilio-signature') signature = '',
  ): Promise<void> {
    const parameters = (body ?? {}) as Record<string, string>;
    const { authToken } = this.config.sms;
    if (!authToken || !isFromTwilio(signature, this.config.http.publicUrl + url, parameters, authToken))
      throw new AppError('unauthenticated', 'X-Twilio-Signature does not fit the request.');
    const { MessageSid = '', MessageStatus = '', ErrorCode = '' } = parameters;
    if (MessageStatus === 'undelivered' || MessageStatus === 'failed')
      await this.notifications.undelivered(id, MessageSid, `${MessageStatus} ${ErrorCode}`.trim());
  }
}

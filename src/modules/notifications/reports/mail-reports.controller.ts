import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Headers, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { AppError } from '../../../kernel/errors.js';
import { PublicPage } from '../../../platform/http/access.js';
import { TakesMail } from '../../../platform/http/route-config.js';
import { NotIdempotent } from '../../../platform/idempotency/not-idempotent.js';
import { LimitAs } from '../../../platform/limits/limit-as.js';
import { MailReportsService } from './mail-reports.service.js';

/**
 * Where mail servers and providers bring bounces and complaints. They know no bearer tokens, but passwords in a URL: Basic
 * with any name and MAIL_REPORT_TOKEN.
 */
@Controller('mail-reports')
@PublicPage()
@LimitAs('public')
export class MailReportsController {
  constructor(
    private readonly reports: MailReportsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @HttpCode(200)
  @NotIdempotent()
  @TakesMail()
  async take(
    @Req() { body: mail }: FastifyRequest,
    @Headers('authorization') authorization?: string,
  ): Promise<{ accepted: number; ignored: number }> {
    this.assertKnown(authorization);
    if (!Buffer.isBuffer(mail))
      throw new AppError('unsupported_media_type', 'Send the report as the mail it is, message/rfc822.');
    return this.reports.take(mail);
  }

  /** @throws AppError `unauthenticated` */
  private assertKnown(authorization = ''): void {
    const encoded = /^Basic +(\S+)$/i.exec(authorization)?.[1] ?? '';
    const password = Buffer.from(encoded, 'base64').toString().replace(/^[^:]*:/, '');
    const { reportToken } = this.config.mail;
    if (reportToken && timingSafeEqual(digest(password), digest(reportToken))) return;
    throw new AppError('unauthenticated', 'Send Basic credentials with MAIL_REPORT_TOKEN as the password.');
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

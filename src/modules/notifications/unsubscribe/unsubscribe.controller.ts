import { Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { shopDomain } from '../../../kernel/shop-domain.js';
import { PublicPage } from '../../../platform/http/access.js';
import { Produces, TakesFile, TakesForm } from '../../../platform/http/route-config.js';
import { NotIdempotent } from '../../../platform/idempotency/not-idempotent.js';
import { LimitAs } from '../../../platform/limits/limit-as.js';
import { MailSuppressionsService } from '../../../platform/mail/mail-suppressions.service.js';
import { TenantDirectory } from '../../../platform/tenancy/tenant-directory.js';
import { UnsubscribeLinks, type Subscription } from './unsubscribe-links.js';
import { unsubscribePage, type UnsubscribeState } from './unsubscribe.page.js';

/**
 * The end of non-transactional mails. Reading changes nothing, since mail programs and scanners follow links; a POST does
 * it at once, be it from the page or from a mail program that knows `List-Unsubscribe-Post` (RFC 8058).
 */
@Controller('unsubscribe')
@PublicPage()
@LimitAs('public')
export class UnsubscribeController {
  constructor(
    private readonly links: UnsubscribeLinks,
    private readonly suppressions: MailSuppressionsService,
    private readonly shops: TenantDirectory,
  ) {}

  @Get()
  @Produces('text/html')
  async show(@Query('token') token: unknown, @Res() reply: FastifyReply): Promise<void> {
    await this.answer(reply, 'ask', this.links.open(token));
  }

  /** RFC 8058, 3.1: the body is a form of either kind and says what the request says already. */
  @Post()
  @HttpCode(200)
  @NotIdempotent()
  @TakesForm()
  @TakesFile()
  @Produces('text/html')
  async unsubscribe(@Query('token') token: unknown, @Res() reply: FastifyReply): Promise<void> {
    const subscription = this.links.open(token);
    if (subscription) {
      const { address, tenant: scope } = subscription;
      await this.suppressions.add({ address, scope, reason: 'unsubscribe', detail: 'By the link in a mail' });
    }
    await this.answer(reply, 'done', subscription);
  }

  private async answer(
    reply: FastifyReply,
    state: UnsubscribeState,
    subscription: Subscription | undefined,
  ): Promise<void> {
    void reply.header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-store');
    if (!subscription) {
      await reply.code(400).send(unsubscribePage('broken', 'en', { shop: '', address: '' }));
      return;
    }
    const { tenant, address, language } = subscription;
    const shop = shopDomain(tenant);
    const profile = shop && (await this.shops.profile(shop));
    await reply.send(unsubscribePage(state, language, { shop: profile?.name ?? tenant, address }));
  }
}

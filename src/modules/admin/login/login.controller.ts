import { randomBytes } from 'node:crypto';
import {
  Body,
  Controller,
  Get,
  Post,
  Query,
  Req,
  Res,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PublicPage } from '../../../platform/http/access.js';
import { CurrentClient, type Client } from '../../../platform/http/client.js';
import { Produces, TakesForm } from '../../../platform/http/route-config.js';
import { LimitAs } from '../../../platform/limits/limit-as.js';
import { AccountsService, cookieOf, SESSION_COOKIE } from '../../identity/index.js';
import { FormGuard } from '../page/form.guard.js';
import { formTokenFor, formTokenOf, VISITOR_COOKIE } from '../page/form-token.js';
import { PageCookies } from '../page/page-cookies.js';
import { SeeOther, type Page } from '../page/page.js';
import { PageInterceptor } from '../page/page.interceptor.js';
import { LoginFormDto, LoginQuery } from './login.dto.js';
import { LoginFilter } from './login.filter.js';
import { loginPage } from './login.page.js';
import { ownPath } from './own-path.js';

/** In and out of the pages. */
@Controller('admin')
@PublicPage()
@UseGuards(FormGuard)
@UseInterceptors(PageInterceptor)
@UseFilters(LoginFilter)
export class AdminLoginController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly cookies: PageCookies,
  ) {}

  @Get('login')
  @LimitAs('public')
  @Produces('text/html')
  show(
    @Query() { next }: LoginQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Page {
    const known = cookieOf(request, SESSION_COOKIE) ?? cookieOf(request, VISITOR_COOKIE);
    if (known) return loginPage({ token: formTokenFor(request), next });
    const visitor = randomBytes(32).toString('base64url');
    this.cookies.set(request, reply, VISITOR_COOKIE, visitor);
    return loginPage({ token: formTokenOf(visitor), next });
  }

  @Post('login')
  @LimitAs('credentials')
  @Produces('text/html')
  @TakesForm()
  async login(
    @Body() { email, password, next }: LoginFormDto,
    @CurrentClient() client: Client,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeeOther> {
    const { token, expiresAt } = await this.accounts.loginToPages(email, password, client);
    this.cookies.set(request, reply, SESSION_COOKIE, token, expiresAt);
    return new SeeOther(ownPath(next));
  }

  @Post('logout')
  @Produces('text/html')
  @TakesForm()
  async logout(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeeOther> {
    await this.accounts.logoutOfPages(cookieOf(request, SESSION_COOKIE) ?? '');
    this.cookies.set(request, reply, SESSION_COOKIE, '');
    return new SeeOther('/admin/login');
  }
}

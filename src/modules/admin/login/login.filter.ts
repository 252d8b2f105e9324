import { Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AppError } from '../../../kernel/errors.js';
import { formTokenFor } from '../page/form-token.js';
import type { Page } from '../page/page.js';
import { PageFilter } from '../page/page.filter.js';
import { loginPage } from './login.page.js';

/** Tells what kept somebody from logging in above the form, with the address that was typed. */
@Catch()
export class LoginFilter extends PageFilter {
  protected override pageOf({ detail }: AppError, request: FastifyRequest): Page {
    const { email, next } = (request.body ?? {}) as Record<string, string | undefined>;
    return loginPage({ token: formTokenFor(request), fault: detail, email, next });
  }
}

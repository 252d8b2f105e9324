import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { AppError } from '../../../kernel/errors.js';
import { FORM_TOKEN, isOwnForm } from './form-token.js';

/**
 * Lets a form through only when the browser says that it comes from a page of ours, and it carries that page's token.
 * Takes the token out, so that the form's DTO need not know it.
 */
@Injectable()
export class FormGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.method === 'GET' || request.method === 'HEAD') return true;
    const { [FORM_TOKEN]: token, ...fields } = (request.body ?? {}) as Record<string, unknown>;
    if (!this.isOwnOrigin(request) || !isOwnForm(request, token)) {
      throw new AppError('forbidden', 'This form is not from a page of this session. Load the page again.');
    }
    request.body = fields;
    return true;
  }

  /** Browsers send `Origin` with every form; a page that hides it, or another program, is not ours. */
  private isOwnOrigin({ headers: { origin }, host }: FastifyRequest): boolean {
    if (origin === undefined || !URL.canParse(origin)) return false;
    const own = new URL(origin);
    return own.host === host || own.origin === new URL(this.config.http.publicUrl).origin;
  }
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { cookieOf, SESSION_COOKIE } from '../../identity/index.js';
import { html, type Html } from './html.js';

/** Of who is not logged in yet: what the token of the login form comes from. */
export const VISITOR_COOKIE = 'entrepot_visitor';
export const FORM_TOKEN = '_token';

/** What every form carries: only who has the cookie, which no script reads, can know it. */
export function formTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('form').digest('base64url');
}

function secretOf(request: FastifyRequest): string | undefined {
  return cookieOf(request, SESSION_COOKIE) ?? cookieOf(request, VISITOR_COOKIE);
}

/** Whether a form came from a page that was given to this browser. */
export function isOwnForm(request: FastifyRequest, token: unknown): boolean {
  const secret = secretOf(request);
  if (!secret || typeof token !== 'string') return false;
  const [given, right] = [Buffer.from(token), Buffer.from(formTokenOf(secret))];
  return given.length === right.length && timingSafeEqual(given, right);
}

/** The token for the forms of the page that answers this request. */
export function formTokenFor(request: FastifyRequest): string {
  return formTokenOf(secretOf(request) ?? '');
}

/** The same in a handler's parameters. */
export const FormToken = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  formTokenFor(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** A form that changes something: `content` is its fields and its button. */
export function postForm(token: string, action: string, content: Html, className = ''): Html {
  return html`<form method="post" action="${action}" class="${className}">
    <input type="hidden" name="${FORM_TOKEN}" value="${token}" />${content}
  </form>`;
}

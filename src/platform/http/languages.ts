import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

/** Browsers send a handful; who sends hundreds is no reader. */
const MOST = 10;

/** The languages a caller reads (BCP 47), dearest first, by `Accept-Language` (RFC 9110, 12.5.4); in a handler's parameters. */
export const CurrentLanguages = createParamDecorator((_: unknown, context: ExecutionContext): string[] =>
  languagesOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

function languagesOf({ headers }: FastifyRequest): string[] {
  const { 'accept-language': accepted } = headers;
  if (!accepted) return [];
  return new Negotiator({ headers: { 'accept-language': accepted } })
    .languages()
    .slice(0, MOST)
    .flatMap(canonical);
}

/** As BCP 47 writes it (`de-AT`); nothing for `*` and for what is no tag. */
function canonical(tag: string): string[] {
  try {
    return Intl.getCanonicalLocales(tag);
  } catch {
    return [];
  }
}

/** Documents the header on an operation whose mail follows it. */
export function ApiMailLanguage(): MethodDecorator {
  return ApiHeader({
    name: 'accept-language',
    required: false,
    description: 'What the mail is written in, where it can be; else English',
    schema: { type: 'string', example: 'de-AT, en;q=0.7' },
  });
}

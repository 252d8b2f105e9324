import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Where a request comes from, as far as it says. */
export interface Client {
  /** The peer, or what a trusted proxy says of it. */
  ip: string;
  /** Printable part of `User-Agent`, at most 255 characters. */
  userAgent: string;
}

/** The caller's machine, in a handler's parameters. */
export const CurrentClient = createParamDecorator((_: unknown, context: ExecutionContext): Client =>
  clientOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

export function clientOf({ ip, headers }: FastifyRequest): Client {
  return { ip, userAgent: (headers['user-agent'] ?? '').replace(/[^\x20-\x7e]/g, '').slice(0, 255) };
}

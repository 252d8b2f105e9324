import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../kernel/errors.js';

/**
 * JSON in UTF-8 is the one body that is read here (RFC 8259, 8.1): files are streams of their routes, the rest is 415.
 * Decoding alone would put U+FFFD for what is no UTF-8, and the product would keep it.
 */
export function readJsonBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    (request, body, done): void => {
      if (isUtf8(body)) void parse(request, body.toString(), done);
      else done(new AppError('malformed_request', 'The body is not UTF-8.'));
    },
  );
}

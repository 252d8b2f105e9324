import type { FastifyInstance } from 'fastify';
import { AppError } from '../../kernel/errors.js';

/** Hands a mail on as its bytes, to the routes that take one (`TakesMail`). */
export function readMails(fastify: FastifyInstance): void {
  fastify.addContentTypeParser<Buffer>(
    'message/rfc822',
    { parseAs: 'buffer' },
    (request, body, done): void => {
      if (request.routeOptions.config.takesMail) done(null, body);
      else done(new AppError('unsupported_media_type', 'Send the body as application/json.'));
    },
  );
}

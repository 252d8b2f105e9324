import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../kernel/errors.js';

/** Reads the forms of pages (`TakesForm`); of a field that stands twice the last counts. */
export function readForms(fastify: FastifyInstance): void {
  fastify.addContentTypeParser<Buffer>(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    (request, body, done): void => {
      if (!request.routeOptions.config.takesForm)
        done(new AppError('unsupported_media_type', 'Send the body as application/json.'));
      else if (!isUtf8(body)) done(new AppError('malformed_request', 'The body is not UTF-8.'));
      else done(null, Object.fromEntries(new URLSearchParams(body.toString())));
    },
  );
}

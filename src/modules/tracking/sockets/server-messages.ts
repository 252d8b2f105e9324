import { AppError } from '../../../kernel/errors.js';
import { PROTOCOL_VERSION, type ServerMessageType } from './message-schemas.js';

/** A message as sockets get it; what is undefined is left out. */
export function serverMessage(type: ServerMessageType, fields: object = {}): string {
  return JSON.stringify({ v: PROTOCOL_VERSION, type, ...fields });
}

/** Tells of a refusal; of what nobody expected only that it happened. */
export function errorMessage(
  error: unknown,
  about: { ref?: string | undefined; order?: string } = {},
): string {
  if (!(error instanceof AppError))
    return serverMessage('error', {
      ...about,
      code: 'internal_error',
      detail: 'Something went wrong on our side.',
    });
  const { code, detail, more } = error;
  const { errors, retryAfterSeconds } = more;
  return serverMessage('error', { ...about, code, detail, errors, retryAfterSeconds });
}

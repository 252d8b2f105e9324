import { ApiExtension } from '@nestjs/swagger';
import { REQUEST_BODY } from '../http/openapi.js';

/** The upload of a CSV: the file of a form, or the CSV itself as the body. */
export function ApiCsvBody(example: string): MethodDecorator {
  return ApiExtension(REQUEST_BODY, {
    required: true,
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          required: ['file'],
          properties: { file: { type: 'string', format: 'binary' } },
        },
        encoding: { file: { contentType: 'text/csv' } },
      },
      'text/csv': { schema: { type: 'string' }, example },
    },
  });
}

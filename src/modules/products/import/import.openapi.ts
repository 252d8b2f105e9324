import { ApiExtension } from '@nestjs/swagger';
import { REQUEST_BODY } from '../../../platform/http/openapi.js';

/** The upload: the file of a form, or the CSV itself as the body. */
export function ApiImportBody(): MethodDecorator {
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
      'text/csv': { schema: { type: 'string' }, example: 'Handle,Title,Variant Price\ntee,Tee,19.90\n' },
    },
  });
}

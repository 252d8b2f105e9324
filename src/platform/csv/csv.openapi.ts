import { ApiExtension } from '@nestjs/swagger';
import type { ErrorCode } from '../../kernel/errors.js';
import { FILE_FORM, REQUEST_BODY } from '../http/openapi.js';

/** What an upload of a CSV that is read by a job can be refused for. */
export const CSV_PROBLEMS: readonly ErrorCode[] = [
  'malformed_request',
  'csv_missing',
  'csv_empty',
  'csv_encoding',
  'csv_not_csv',
  'csv_malformed',
  'csv_columns',
  'csv_too_large',
  'unsupported_media_type',
  'queue_unavailable',
];

/** The upload of a CSV: the file of a form, or the CSV itself as the body. */
export function ApiCsvBody(example: string): MethodDecorator {
  return ApiExtension(REQUEST_BODY, {
    required: true,
    content: {
      'multipart/form-data': { schema: FILE_FORM, encoding: { file: { contentType: 'text/csv' } } },
      'text/csv': { schema: { type: 'string' }, example },
    },
  });
}

import { AppError } from '../../kernel/errors.js';

/** Why a whole file is refused. */
export type CsvErrorCode =
  'csv_empty' | 'csv_encoding' | 'csv_not_csv' | 'csv_malformed' | 'csv_columns' | 'csv_too_large';

/** A file that cannot be read as the CSV that is wanted at all; the message is fit for the person who sent it. */
export class CsvError extends Error {
  constructor(
    readonly code: CsvErrorCode,
    message: string,
    /** Physical line of the file, from 1, where the trouble shows. */
    readonly line?: number,
  ) {
    super(message);
    this.name = 'CsvError';
  }
}

/** What the caller is told of a file that was refused; any other error as it is. */
export function csvAnswer(error: unknown): unknown {
  return error instanceof CsvError ? new AppError(error.code, error.message, { cause: error }) : error;
}

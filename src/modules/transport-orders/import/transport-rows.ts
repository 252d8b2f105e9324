import { CsvError } from '../../../platform/csv/csv-error.js';
import { type CsvRecord, RecordCutter } from '../../../platform/csv/records.js';
import { type Column, readColumns } from './transport-columns.js';
import type { TransportRowProblem } from './transport-import.job.js';
import { TransportRow } from './transport-row.js';

export type RowRead = { line: number; row: TransportRow } | { problem: TransportRowProblem };

/**
 * Reads the CSV of transport orders as a stream, a row an order, in chunks and with one record in memory; `onBytes` gets
 * what was read so far. Rows without any value are ignored; a line whose quoting is broken costs that line alone.
 * @throws CsvError for a file that is no CSV of transport orders (`csv_empty`, `csv_columns`, `csv_malformed`)
 */
export async function* readTransports(
  source: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<RowRead, void, undefined> {
  const cutter = new RecordCutter();
  let columns: Column[] | undefined;
  let bytes = 0;
  function* take(records: Iterable<CsvRecord>): Generator<RowRead> {
    for (const record of records) {
      if (record.cells?.every((cell) => cell.trim() === '')) continue;
      if (columns) yield readRow(columns, record);
      else columns = headerOf(record);
    }
  }
  for await (const chunk of source) {
    bytes += chunk.length;
    yield* take(cutter.push(chunk));
    onBytes(bytes);
  }
  yield* take(cutter.end());
  if (!columns) throw new CsvError('csv_empty', 'the file is empty');
}

function headerOf({ cells, line }: CsvRecord): Column[] {
  if (cells) return readColumns(cells);
  throw new CsvError('csv_malformed', 'the header line has a broken quote', line);
}

function readRow(columns: readonly Column[], { line, cells }: CsvRecord): RowRead {
  if (!cells) {
    const message = 'a quote stands where none may: the line cannot be read';
    return { problem: { line, code: 'broken_quoting', message } };
  }
  if (cells.length !== columns.length) {
    const message = `the row has ${cells.length} columns, the header ${columns.length}`;
    return { problem: { line, code: 'column_count', message } };
  }
  return { line, row: new TransportRow(columns, cells) };
}

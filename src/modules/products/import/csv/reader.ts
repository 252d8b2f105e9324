import { parse } from 'csv-parse/sync';
import { CsvError } from '../../../../platform/csv/csv-error.js';
import { type CsvRecord, RecordCutter } from '../../../../platform/csv/records.js';
import type { CsvRead } from './csv-product.js';
import { CellProblem, type RowErrorCode, type RowProblem } from './errors.js';
import { normaliseHandle } from './handle.js';
import { type Header, readHeader } from './header.js';
import { ProductRows } from './product-rows.js';
import { SeenHandles } from './seen-handles.js';

export interface ReadProgress {
  /** Bytes of the file read so far. */
  bytes: number;
  /** Records after the header. */
  rows: number;
  products: number;
  errors: number;
}

export interface ReadOptions {
  /** ISO 4217 code of the shop; prices are read into its minor units. */
  currency: string;
  /** Called after each chunk of the source, and at the end. */
  onProgress?: (progress: ReadProgress) => void;
}

/**
 * Reads Shopify's product CSV, old or new column set, as a stream: memory holds one chunk, one product and 25 bytes
 * for each handle. Neighbouring rows of one handle are one product, yielded in file order.
 *
 * The unit of rejection is the product: when a row is bad, none of the product's rows land (a product with half its
 * variants would be worse than none) and each bad row of it is reported with its physical line. Rows of a handle that
 * come back later in the file are reported once a run, at the run's first line; the first run stands. A line whose
 * quoting is broken costs that line and its product, never the lines after it. Rows without any value are ignored.
 *
 * The text must be UTF-8 (see `inspectCsv` for uploads): invalid bytes become U+FFFD.
 * @throws CsvError for a file that is no product CSV (`csv_empty`, `csv_columns`, `csv_malformed`)
 */
export async function* readProducts(
  source: AsyncIterable<Buffer | string>,
  { currency, onProgress }: ReadOptions,
): AsyncGenerator<CsvRead, void, undefined> {
  const cutter = new RecordCutter();
  const progress: ReadProgress = { bytes: 0, rows: 0, products: 0, errors: 0 };
  let reading: Reading | undefined;

  function* take(records: Iterable<CsvRecord>): Generator<CsvRead> {
    for (const record of records) {
      if (isBlank(record)) continue;
      if (reading === undefined) {
        reading = new Reading(headerOf(record), currency);
        continue;
      }
      progress.rows += 1;
      yield* reading.row(record);
    }
  }
  const count = (event: CsvRead): CsvRead => {
    progress[event.kind === 'product' ? 'products' : 'errors'] += 1;
    return event;
  };

  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    progress.bytes += bytes.length;
    for (const event of take(cutter.push(bytes))) yield count(event);
    onProgress?.({ ...progress });
  }
  for (const event of take(cutter.end())) yield count(event);
  if (reading === undefined) throw new CsvError('csv_empty', 'the file is empty');
  for (const event of reading.end()) yield count(event);
  onProgress?.({ ...progress });
}

const isBlank = (record: CsvRecord): boolean => record.cells?.every((cell) => cell.trim() === '') ?? false;

function headerOf(record: CsvRecord): Header {
  if (record.cells !== null) return readHeader(record.cells);
  throw new CsvError('csv_malformed', 'the header line has a broken quote', record.line);
}

/** The rows of the handle at hand, and what was wrong with them. */
interface Run {
  /** The normalised handle; null when the row does not tell it. */
  handle: string | null;
  line: number;
  rows: ProductRows | null;
  problems: RowProblem[];
}

class Reading {
  private readonly seen = new SeenHandles();
  private run: Run | undefined;

  constructor(
    private readonly header: Header,
    private readonly currency: string,
  ) {}

  *row(record: CsvRecord): Generator<CsvRead> {
    const { line, cells } = record;
    const text = cells === null ? this.brokenHandle(record.text ?? '') : (cells[this.at('handle')] ?? '');
    const handle = normaliseHandle(text);
    const known = typeof handle === 'string' ? handle : null;
    const startsAnew = known === null ? this.startsProduct(record) : known !== this.run?.handle;
    if (this.run === undefined || startsAnew) {
      yield* this.end();
      this.run = this.start(known, line);
    }
    const { run } = this;
    const fail = this.reporter(run);
    const unreadable = cells === null || cells.length !== this.header.width;
    // Without its first row nothing can be said of the rows after it.
    if (unreadable && run.line === line) run.rows = null;
    if (cells === null)
      fail(line, 'broken_quoting', 'a quote stands where none may: the line cannot be read');
    else if (cells.length !== this.header.width) fail(line, 'column_count', this.countMessage(cells.length));
    else if (handle instanceof CellProblem) {
      if (text.trim() === '') fail(line, 'missing_handle', 'the row has no handle', 'handle');
      else fail(line, handle.code, handle.message, 'handle');
    } else run.rows?.add(line, cells);
  }

  /** Closes the run at hand: its problems, else its product. */
  *end(): Generator<CsvRead> {
    const { run } = this;
    this.run = undefined;
    if (run === undefined) return;
    const product = run.rows?.finish();
    for (const problem of run.problems) yield { kind: 'error', ...problem };
    if (run.problems.length === 0 && product !== undefined)
      yield { kind: 'product', line: run.line, product };
  }

  private start(handle: string | null, line: number): Run {
    const run: Run = { handle, line, rows: null, problems: [] };
    if (handle === null) return run;
    const first = this.seen.firstLine(handle, line);
    const fail = this.reporter(run);
    if (first === undefined) {
      run.rows = new ProductRows(handle, this.header, this.currency, (at, code, message, column) => {
        fail(at, code, message, undefined, column);
      });
    } else {
      fail(
        line,
        'handle_not_contiguous',
        `rows of this handle stand in line ${first} already: keep them together`,
        'handle',
      );
    }
    return run;
  }

  private reporter(run: Run) {
    return (line: number, code: RowErrorCode, message: string, field?: 'handle', column?: string): void => {
      const name = field === undefined ? column : this.header.names[this.at(field)];
      run.problems.push({
        line,
        ...(name === undefined ? {} : { column: name }),
        ...(run.handle === null ? {} : { handle: run.handle }),
        code,
        message,
      });
    };
  }

  /** A row whose handle cannot be told belongs to the product before it, unless a title shows a new one. */
  private startsProduct({ cells, text }: CsvRecord): boolean {
    const title = this.header.index.get('title');
    if (title === undefined) return false;
    if (cells !== null) return (cells[title] ?? '').trim() !== '';
    return title === 0 && !(text ?? ',').startsWith(',');
  }

  /** The handle of a line with broken quoting, as far as a lenient reading finds it. */
  private brokenHandle(text: string): string {
    const at = this.at('handle');
    if (at === 0) return text.slice(0, text.search(/[,\r\n]|$/)).replaceAll('"', '');
    try {
      const [cells] = parse(text, { relax_quotes: true, relax_column_count: true, to: 1 });
      return cells?.length === this.header.width ? (cells[at] ?? '') : '';
    } catch {
      return '';
    }
  }

  private at(field: 'handle'): number {
    return this.header.index.get(field) ?? -1;
  }

  private countMessage(count: number): string {
    return `the row has ${count} columns, the header ${this.header.width}`;
  }
}

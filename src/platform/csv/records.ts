import { parse } from 'csv-parse/sync';

/** Bytes of one CSV record; more is taken for a quote that was never closed. */
const MAX_RECORD_BYTES = 1_048_576;
const LF = 10;
const CR = 13;
const QUOTE = 34;
const COMMA = 44;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** A record by the physical line it starts on; `cells` is null where its quoting is broken. */
export interface CsvRecord {
  line: number;
  cells: string[] | null;
  /** The line's text where its quoting is broken. */
  text?: string;
}

/**
 * Cuts a byte stream into CSV records (RFC 4180; LF, CRLF or CR line ends). csv-parse reads the cells; the cutting is
 * ours, because it must know the line of each record exactly and lose no more than one line to broken quoting: a
 * library that skips a bad record goes on to the next quote, however many good rows stand before it.
 * Memory: one chunk and one record (bounded by MAX_RECORD_BYTES).
 */
export class RecordCutter {
  private rest: Buffer = Buffer.alloc(0);
  private newline: typeof LF | typeof CR | undefined;
  private line = 1;
  private started = false;

  /** The records that end within the bytes so far. */
  *push(chunk: Buffer): Generator<CsvRecord> {
    yield* this.cut(this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]), false);
  }

  /** The last record, when the file does not end with a line end. */
  *end(): Generator<CsvRecord> {
    yield* this.cut(this.rest, true);
  }

  private *cut(bytes: Buffer, last: boolean): Generator<CsvRecord> {
    this.rest = bytes;
    if (!this.started) {
      if (bytes.length < BOM.length && !last) return;
      this.started = true;
      if (bytes.subarray(0, BOM.length).equals(BOM)) bytes = bytes.subarray(BOM.length);
    }
    const newline = (this.newline ??= lineEnd(bytes, last));
    if (newline === undefined) return void (this.rest = bytes);

    let from = 0; // start of the well-formed records not yet given to csv-parse
    let at = 0;
    let lines: number[] = [];
    while (at < bytes.length) {
      const end = recordEnd(bytes, at, newline, last);
      if (end === INCOMPLETE && bytes.length - at <= MAX_RECORD_BYTES && !last) break;
      if (end > 0) {
        lines.push(this.line);
        this.line += countLines(bytes, at, end, newline);
        at = end;
        continue;
      }
      const lineStop = bytes.indexOf(newline, at);
      if (lineStop === -1 && !last && bytes.length - at <= MAX_RECORD_BYTES) break;
      yield* cells(bytes.subarray(from, at), newline, lines);
      const stop = lineStop === -1 ? bytes.length : lineStop + 1;
      yield { line: this.line, cells: null, text: bytes.toString('utf8', at, Math.min(stop, at + 4096)) };
      this.line += 1;
      lines = [];
      from = at = stop;
    }
    yield* cells(bytes.subarray(from, at), newline, lines);
    this.rest = bytes.subarray(at);
  }
}

const INCOMPLETE = -1;
const BROKEN = -2;

/** Offset after the record that starts at `at`, or INCOMPLETE, or BROKEN. */
function recordEnd(bytes: Buffer, at: number, newline: number, last: boolean): number {
  const size = bytes.length;
  const lineStop = bytes.indexOf(newline, at);
  const simple = lineStop === -1 ? size : lineStop;
  const quote = bytes.subarray(at, simple).indexOf(QUOTE);
  if (quote === -1) return lineStop === -1 ? (last ? size : INCOMPLETE) : lineStop + 1;
  let pos = at;
  while (pos < size) {
    if (bytes[pos] === QUOTE) {
      pos = closingQuote(bytes, pos + 1);
      if (pos === -1) return INCOMPLETE;
      pos += 1;
      if (pos === size) return last ? size : INCOMPLETE;
      if (bytes[pos] === CR && newline === LF) {
        if (pos + 1 === size) return last ? BROKEN : INCOMPLETE;
        pos += 1;
        if (bytes[pos] !== LF) return BROKEN;
      }
    } else {
      while (pos < size && bytes[pos] !== COMMA && bytes[pos] !== newline) {
        if (bytes[pos] === QUOTE) return BROKEN;
        pos += 1;
      }
      if (pos === size) return last ? size : INCOMPLETE;
    }
    if (bytes[pos] === newline) return pos + 1;
    if (bytes[pos] !== COMMA) return BROKEN;
    pos += 1;
  }
  return last ? size : INCOMPLETE;
}

function closingQuote(bytes: Buffer, from: number): number {
  let pos = bytes.indexOf(QUOTE, from);
  while (pos !== -1 && bytes[pos + 1] === QUOTE) pos = bytes.indexOf(QUOTE, pos + 2);
  return pos;
}

function countLines(bytes: Buffer, from: number, to: number, newline: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(newline, from); at !== -1 && at < to; at = bytes.indexOf(newline, at + 1))
    lines += 1;
  return lines;
}

/** LF unless the first line ends with a lone CR (old Macintosh files); undefined while that cannot be told. */
function lineEnd(bytes: Buffer, last: boolean): typeof LF | typeof CR | undefined {
  const cr = bytes.indexOf(CR);
  const lf = bytes.indexOf(LF);
  if (lf !== -1 && (cr === -1 || lf <= cr + 1)) return LF;
  if (cr !== -1 && (cr + 1 < bytes.length || last)) return CR;
  return last ? LF : undefined;
}

function* cells(bytes: Buffer, newline: number, lines: readonly number[]): Generator<CsvRecord> {
  if (lines.length === 0) return;
  const delimiters = newline === LF ? ['\r\n', '\n'] : ['\r'];
  const rows = parse(bytes, { relax_column_count: true, record_delimiter: delimiters });
  if (rows.length !== lines.length) throw new Error(`cut ${lines.length} CSV records, parsed ${rows.length}`);
  for (const [i, row] of rows.entries()) yield { line: lines[i] ?? 0, cells: row };
}

import { isUtf8 } from 'node:buffer';
import { Transform } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { CsvError } from './csv-error.js';
import { assertLooksLikeCsv } from './signatures.js';

/** Bytes within which the header line must end. */
const MAX_HEADER_BYTES = 65_536;
const NUL = 0;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** @throws CsvError `csv_columns` for names that are not those of the CSV that is wanted */
export type HeaderCheck = (names: readonly string[]) => void;

interface InspectOptions {
  maxBytes: number;
  checkHeader: HeaderCheck;
  onBytes?: (chunk: Buffer) => void;
}

/**
 * A gate for uploads: bytes pass unchanged, and a file that cannot be the wanted CSV fails early with a CsvError. The
 * header is judged before any byte passes; encoding, NULs and size with each chunk; an unclosed quote at the end.
 * `onBytes` sees every chunk as it comes in. Memory: the header line.
 */
export function inspectCsv({ maxBytes, checkHeader, onBytes }: InspectOptions): Transform {
  const scan = new Scan(maxBytes);
  let head: Buffer | undefined = Buffer.alloc(0);
  const guard = (
    push: (bytes: Buffer) => void,
    done: (error?: Error) => void,
    work: () => Buffer | undefined,
  ): void => {
    try {
      const bytes = work();
      if (bytes !== undefined && bytes.length > 0) push(bytes);
      done();
    } catch (error) {
      done(error as Error);
    }
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      guard(
        (bytes) => this.push(bytes),
        done,
        () => {
          scan.size(chunk);
          onBytes?.(chunk);
          if (head === undefined) return scan.text(chunk);
          head = Buffer.concat([head, chunk]);
          if (head.length < MAX_HEADER_BYTES && !hasHeader(head)) return undefined;
          const bytes = head;
          head = undefined;
          checkHead(bytes, checkHeader);
          return scan.text(bytes);
        },
      );
    },
    flush(done) {
      guard(
        (bytes) => this.push(bytes),
        done,
        () => {
          if (head !== undefined) {
            checkHead(head, checkHeader);
            scan.text(head);
          }
          scan.end();
          return head;
        },
      );
    },
  });
}

/** Whether the first line with text in it is complete; linear, whatever the bytes. */
function hasHeader(head: Buffer): boolean {
  let at = head.subarray(0, 3).equals(BOM) ? 3 : 0;
  while (at < head.length && (head[at] ?? 0) <= SPACE) at += 1;
  return head.indexOf(LF, at) !== -1 || head.indexOf(CR, at) !== -1;
}

function checkHead(head: Buffer, checkHeader: HeaderCheck): void {
  assertLooksLikeCsv(head);
  const scan = new Scan(Infinity);
  scan.text(head);
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text === '') throw new CsvError('csv_empty', 'the file is empty');
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  if (line.length === text.length && head.length >= MAX_HEADER_BYTES) {
    throw new CsvError('csv_not_csv', 'the first line does not end: this is not a CSV file with a header', 1);
  }
  let cells: string[] | undefined;
  try {
    [cells] = parse(line, { relax_quotes: true });
  } catch {
    return; // a header name with a line break in quotes: the reader judges it
  }
  checkHeader(cells ?? []);
}

/** Checks of the byte stream that hold no bytes back. */
class Scan {
  private offset = 0;
  private received = 0;
  private line = 1;
  private lastWasCr = false;
  private quoted = false;
  private quoteLine = 0;
  /** Up to three bytes of a character that the next chunk completes. */
  private partial: Buffer = Buffer.alloc(0);

  constructor(private readonly maxBytes: number) {}

  size(chunk: Buffer): void {
    this.received += chunk.length;
    if (this.received > this.maxBytes) {
      throw new CsvError('csv_too_large', `the file is larger than ${this.maxBytes} bytes`);
    }
  }

  text(chunk: Buffer): Buffer {
    this.utf8(chunk);
    let { line, quoted, lastWasCr } = this;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte > QUOTE) continue;
      if (byte === QUOTE) {
        quoted = !quoted;
        if (quoted) this.quoteLine = line;
      } else if (byte === LF) {
        if (!(lastWasCr && (at > 0 ? chunk[at - 1] === CR : true))) line += 1;
        lastWasCr = false;
      } else if (byte === CR) {
        line += 1;
        lastWasCr = true;
      } else if (byte === NUL) {
        throw new CsvError('csv_not_csv', `binary data: a NUL byte at offset ${this.offset + at}`, line);
      }
    }
    lastWasCr = chunk.length > 0 ? chunk[chunk.length - 1] === CR : lastWasCr;
    Object.assign(this, { line, quoted, lastWasCr });
    this.offset += chunk.length;
    return chunk;
  }

  end(): void {
    if (this.partial.length > 0) throw this.notUtf8(this.offset - this.partial.length, this.line);
    if (this.quoted) {
      const message = `the quote opened in line ${this.quoteLine} is never closed`;
      throw new CsvError('csv_malformed', message, this.quoteLine);
    }
  }

  private utf8(chunk: Buffer): void {
    const bytes = this.partial.length > 0 ? Buffer.concat([this.partial, chunk]) : chunk;
    const whole = bytes.length - incompleteTail(bytes);
    if (!isUtf8(bytes.subarray(0, whole))) {
      const at = firstInvalid(bytes);
      const before = chunk.subarray(0, Math.max(0, at - this.partial.length));
      throw this.notUtf8(
        this.offset - this.partial.length + at,
        this.line + before.toString('latin1').split('\n').length - 1,
      );
    }
    this.partial = Buffer.from(bytes.subarray(whole));
  }

  private notUtf8(offset: number, line: number): CsvError {
    const message = `not UTF-8: the byte at offset ${offset}, in line ${line}, is no valid character; save the file as UTF-8`;
    return new CsvError('csv_encoding', message, line);
  }
}

/** Bytes at the end that begin a character without completing it: 0 to 3. */
function incompleteTail(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** Offset of the first byte that is not valid, by halving: a prefix cut inside a character is still fine. */
function firstInvalid(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, middle - incompleteTail(prefix)))) low = middle;
    else high = middle - 1;
  }
  return low - incompleteTail(bytes.subarray(0, low));
}

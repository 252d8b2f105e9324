import { CsvError } from './csv-error.js';

const BYTE_ORDER_MARKS: readonly [string, string][] = [
  ['fffe0000', 'UTF-32 LE'],
  ['0000feff', 'UTF-32 BE'],
  ['fffe', 'UTF-16 LE'],
  ['feff', 'UTF-16 BE'],
];

const BINARY: readonly [string, string][] = [
  ['504b0304', 'a ZIP archive or an Excel workbook (.xlsx)'],
  ['504b0506', 'an empty ZIP archive'],
  ['d0cf11e0a1b11ae1', 'an old Excel workbook (.xls)'],
  ['25504446', 'a PDF document'],
  ['1f8b', 'a gzip archive'],
  ['7b5c727466', 'a rich text document'],
  ['89504e47', 'a PNG image'],
  ['ffd8ff', 'a JPEG image'],
];

/**
 * Judges the first bytes of an upload.
 * @throws CsvError `csv_encoding` for UTF-16 and UTF-32, `csv_not_csv` for what is plainly something else
 */
export function assertLooksLikeCsv(head: Buffer): void {
  const hex = head.toString('hex', 0, 8);
  const mark = BYTE_ORDER_MARKS.find(([bytes]) => hex.startsWith(bytes));
  if (mark) throw encoding(`${mark[1]} byte order mark`);
  const binary = BINARY.find(([bytes]) => hex.startsWith(bytes));
  if (binary) throw new CsvError('csv_not_csv', `this looks like ${binary[1]}, not a CSV file`);
  const wide = wideText(head);
  if (wide) throw encoding(`${wide} text`);
  const text = head
    .toString('utf8', 0, 1024)
    .replace(/^\uFEFF/, '')
    .trimStart();
  const word = text.startsWith('<')
    ? markup(text)
    : /^[{[]/.test(text) && !/^\[?\w*\]?\s*,/.test(text)
      ? 'JSON'
      : '';
  if (word !== '') throw new CsvError('csv_not_csv', `this looks like ${word}, not a CSV file`, 1);
}

const encoding = (what: string): CsvError =>
  new CsvError('csv_encoding', `${what}: save the file as UTF-8`, 1);

const markup = (text: string): string => (/^<\?xml/i.test(text) ? 'XML' : 'an HTML page');

/** ASCII text in two bytes a character, without a byte order mark. */
function wideText(head: Buffer): 'UTF-16 LE' | 'UTF-16 BE' | undefined {
  const pairs = Math.min(head.length >> 1, 16);
  if (pairs < 2) return undefined;
  const zeros = (from: number): boolean =>
    Array.from({ length: pairs }, (_, i) => head[2 * i + from] === 0 && head[2 * i + 1 - from] !== 0).every(
      Boolean,
    );
  return zeros(1) ? 'UTF-16 LE' : zeros(0) ? 'UTF-16 BE' : undefined;
}

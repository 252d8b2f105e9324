import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { CsvError } from '../../../../platform/csv/csv-error.js';
import { inspectProductCsv } from './inspect.js';

const fixture = (name: string) =>
  readFileSync(new URL(`../../../../../test/fixtures/csv/${name}`, import.meta.url));

async function pass(bytes: Buffer | string, chunkSize = 65_536, maxBytes = 10_000_000): Promise<Buffer> {
  const all = Buffer.from(bytes);
  const chunks = Array.from({ length: Math.ceil(all.length / chunkSize) }, (_, i) =>
    all.subarray(i * chunkSize, (i + 1) * chunkSize),
  );
  const gate = inspectProductCsv(maxBytes);
  const source = Readable.from(chunks);
  source.on('error', () => undefined);
  return Buffer.concat(await source.compose(gate).toArray());
}

async function refusal(bytes: Buffer | string, chunkSize?: number, maxBytes?: number): Promise<CsvError> {
  return pass(bytes, chunkSize, maxBytes).then(
    () => Promise.reject(new Error('passed')),
    (error: unknown) => error as CsvError,
  );
}

describe('inspectCsv', () => {
  it.each(['old-columns.csv', 'new-columns.csv'])(
    'passes %s unchanged in chunks of any size',
    async (name) => {
      const bytes = fixture(name);
      for (const size of [1, 2, 3, 5, 1000]) expect((await pass(bytes, size)).equals(bytes)).toBe(true);
    },
  );

  it.each<[string, Buffer | string, string, RegExp]>([
    ['nothing', '', 'csv_empty', /empty/],
    ['only a byte order mark', '\uFEFF \n', 'csv_empty', /empty/],
    [
      'UTF-16 with mark',
      Buffer.from('\uFEFFHandle,Title\n', 'utf16le'),
      'csv_encoding',
      /UTF-16 LE byte order mark/,
    ],
    ['UTF-16 without mark', Buffer.from('Handle,Title\n', 'utf16le'), 'csv_encoding', /UTF-16 LE text/],
    [
      'Latin-1',
      Buffer.from('Handle,Title\na,A\nb,Größe\n', 'latin1'),
      'csv_encoding',
      /offset 21, in line 3/,
    ],
    [
      'a cut character at the end',
      Buffer.from('Handle,Title\na,ö').subarray(0, -1),
      'csv_encoding',
      /offset 15/,
    ],
    ['HTML', '<!DOCTYPE html><html><body>Handle</body></html>', 'csv_not_csv', /HTML/],
    ['XML', '<?xml version="1.0"?><a/>', 'csv_not_csv', /XML/],
    ['a workbook', Buffer.from('504b030414000600', 'hex'), 'csv_not_csv', /xlsx/],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae100', 'hex'), 'csv_not_csv', /xls\)/],
    ['PDF', '%PDF-1.7\n', 'csv_not_csv', /PDF/],
    ['gzip', gzipSync('Handle,Title\n'), 'csv_not_csv', /gzip/],
    ['JSON', '{"products": []}', 'csv_not_csv', /JSON/],
    ['a JSON list', '[{"handle": "a"}]', 'csv_not_csv', /JSON/],
    ['NULs in the text', 'Handle,Title\na,A\0\n', 'csv_not_csv', /NUL byte at offset 16/],
    ['an endless first line', 'x'.repeat(70_000), 'csv_not_csv', /does not end/],
    ['an unclosed quote', 'Handle,Title\na,"A"\nb,"B\nc,C\n', 'csv_malformed', /line 3/],
    ['no handle', 'Name,Cost\na,1\n', 'csv_columns', /Handle/],
    ['semicolons', 'Handle;Title\na;A\n', 'csv_columns', /semicolons/],
    ['tabs', 'Handle\tTitle\n', 'csv_columns', /tabs/],
  ])('refuses %s', async (_name, bytes, code, message) => {
    for (const size of [1, 4, 65_536]) {
      const error = await refusal(bytes, size);
      expect([size, error.code, error.message]).toEqual([size, code, expect.stringMatching(message)]);
    }
  });

  it('says in which line a quote is left open, whatever the line ends', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = ['Handle,Title', 'a,"A', 'A"', 'b,"B', 'c,C', ''].join(end);
      for (const size of [1, 3, 1000])
        expect(await refusal(text, size)).toMatchObject({ code: 'csv_malformed', line: 4 });
    }
  });

  it('refuses more bytes than allowed, and takes exactly as many', async () => {
    const text = 'Handle,Title\na,A\n';
    expect((await pass(text, 4, text.length)).toString()).toBe(text);
    expect(await refusal(text, 4, text.length - 1)).toMatchObject({ code: 'csv_too_large' });
  });

  it('lets nothing through before the header is judged', async () => {
    const gate = inspectProductCsv(1000);
    const failed = new Promise<CsvError>((resolve) => gate.once('error', resolve));
    const passed: Buffer[] = [];
    gate.on('data', (bytes: Buffer) => passed.push(bytes));
    gate.write('Name,');
    gate.end('Cost\na,1\n');
    expect(await failed).toMatchObject({ code: 'csv_columns' });
    expect(passed).toEqual([]);
  });
});

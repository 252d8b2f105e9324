import { Readable } from 'node:stream';
import { deliveryNote, NOTE, scannedPdf, textPdf, type Bytes } from '../../../../test/support/documents.js';
import type { Config } from '../../../config/config.js';
import { DocumentReader } from './document-reader.js';
import { LanguageModels } from './language-models.js';
import type { ReadingResult } from './reading.js';

const LIMITS = { languages: ['eng', 'deu'], ocrTimeoutMs: 120_000, ocrMemoryMb: 1_000 };

describe('DocumentReader', () => {
  const open: LanguageModels[] = [];
  afterAll(async () => {
    for (const models of open) await models.onModuleDestroy();
  });

  function read(bytes: Bytes, mediaType: string, limits = {}, signal?: AbortSignal): Promise<ReadingResult> {
    const config = { documents: { ...LIMITS, ...limits } } as Config;
    const models = new LanguageModels(config);
    open.push(models);
    return new DocumentReader(models, config).read(Readable.from([Buffer.from(bytes)]), mediaType, signal);
  }

  it.each(['png', 'jpg', 'webp'] as const)('reads what is to be seen on a %s', async (type) => {
    const result = await read(deliveryNote(type), `image/${type}`);
    expect(result).toEqual({
      ...{ text: expect.stringMatching(NOTE), method: 'ocr', pages: 1, pagesRead: 1 },
    });
  });

  it('takes the text that is in a PDF', async () => {
    expect(await read(await textPdf('Received by Ada Lovelace'), 'application/pdf')).toEqual({
      ...{ text: 'Received by Ada Lovelace', method: 'text_layer', pages: 1, pagesRead: 1 },
    });
  });

  it('reads the pages of a scanned PDF, ten at most', async () => {
    const { text, ...rest } = await read(await scannedPdf(10), 'application/pdf');
    expect(rest).toEqual({ method: 'ocr', pages: 11, pagesRead: 10 });
    expect(text).toMatch(NOTE);
  });

  it.each([
    ['a cut-off PNG', 'image/png', deliveryNote().slice(0, 3_000)],
    ['noise that is called a JPEG', 'image/jpeg', new Uint8Array(5_000).fill(0xff)],
    ['a PDF without its end', 'application/pdf', new TextEncoder().encode('%PDF-1.7\n1 0 obj <<')],
  ])('finds %s unreadable', async (_what, mediaType, bytes) => {
    await expect(read(bytes, mediaType)).rejects.toMatchObject({ fault: 'unreadable' });
  });

  it('ends what takes too long', async () => {
    const reading = read(await scannedPdf(), 'application/pdf', { ocrTimeoutMs: 200 });
    await expect(reading).rejects.toMatchObject({ fault: 'too_long' });
  });

  it('ends what takes too much memory', async () => {
    const reading = read(await scannedPdf(), 'application/pdf', { ocrMemoryMb: 64 });
    await expect(reading).rejects.toMatchObject({ fault: 'too_large' });
  });

  it('ends when its job does, without a verdict', async () => {
    const signal = AbortSignal.abort(new Error('shutting down'));
    const reading = read(await scannedPdf(), 'application/pdf', {}, signal);
    await expect(reading).rejects.toThrow('shutting down');
  });

  it('is refused a language that is not installed', () => {
    const models = new LanguageModels({ documents: { ...LIMITS, languages: ['tlh'] } } as unknown as Config);
    expect(() => {
      models.onModuleInit();
    }).toThrow('@tesseract.js-data/tlh');
  });
});

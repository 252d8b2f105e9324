/**
 * A program of its own, started for one document: what is in a file of strangers must not end, block or fill the process
 * that serves others. It gets the bytes by stdin, answers one line of JSON, and may neither write, nor connect, nor start
 * programs (Node's permission model). It imports packages only, so that Node runs it from source and from dist.
 */
import { buffer } from 'node:stream/consumers';
import { PDFiumLibrary, type PDFiumPage } from '@hyzyla/pdfium';
import { createWorker, OEM, type Worker } from 'tesseract.js';
import type { ReadingOrder, ReadingResult } from './reading.js';

/** 200 dots an inch, at which scans are read well; PDF measures in 72. */
const SCALE = 200 / 72;
/** A page that renders to more is rendered smaller. */
const MAX_PAGE_PIXELS = 8_000_000;
/** Fewer characters are a stamp or a page number on a scanned page, not its text. */
const TEXT_LAYER_CHARACTERS = 16;

const order = JSON.parse(process.argv[2] ?? '{}') as ReadingOrder;
const bytes = await buffer(process.stdin);
let ocr: Promise<Worker> | undefined;

const result = order.mediaType === 'application/pdf' ? await readPdf(bytes) : await readImage(bytes);
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));

async function readImage(image: Buffer): Promise<ReadingResult> {
  return { text: clean(await recognised(image)), method: 'ocr', pages: 1, pagesRead: 1 };
}

/** The text that is in the file; of pages without one, what is to be seen on them. */
async function readPdf(file: Buffer): Promise<ReadingResult> {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(file);
  const pages = document.getPageCount();
  const texts: string[] = [];
  let scanned = 0;
  let length = 0;
  for (let n = 0; n < pages && length < order.maxCharacters; n++) {
    const page = document.getPage(n);
    let text = clean(page.getText());
    if (text.length < TEXT_LAYER_CHARACTERS) {
      if (scanned === order.maxScannedPages) break;
      scanned++;
      text = clean(await recognised(await rendered(page)));
    }
    texts.push(text);
    length += text.length;
  }
  const text = texts.filter(Boolean).join('\n').slice(0, order.maxCharacters);
  return { text, method: scanned > 0 ? 'ocr' : 'text_layer', pages, pagesRead: texts.length };
}

/** A page in grey as a PGM file, the simplest that Tesseract reads. */
async function rendered(page: PDFiumPage): Promise<Buffer> {
  const { originalWidth, originalHeight } = page.getOriginalSize();
  const scale = Math.min(SCALE, Math.sqrt(MAX_PAGE_PIXELS / (originalWidth * originalHeight)));
  const image = await page.render({ scale, render: 'bitmap' });
  const grey = Buffer.alloc(image.width * image.height);
  for (let at = 0; at < grey.length; at++) {
    // BGRA; weights of ITU-R BT.601
    const [blue = 0, green = 0, red = 0] = image.data.subarray(4 * at, 4 * at + 3);
    grey[at] = (299 * red + 587 * green + 114 * blue) / 1_000;
  }
  return Buffer.concat([Buffer.from(`P5\n${image.width} ${image.height}\n255\n`), grey]);
}

async function recognised(image: Buffer): Promise<string> {
  ocr ??= createWorker(order.languages, OEM.LSTM_ONLY, {
    langPath: order.models,
    cacheMethod: 'none',
  });
  const { data } = await (await ocr).recognize(image);
  return data.text;
}

/** Without control characters, and white space as single spaces within lines. */
function clean(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n]/gu, ' ')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim();
}

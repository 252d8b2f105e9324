import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';

const FOLDER = join(import.meta.dirname, '../fixtures/documents');
/** What is to be seen on the fixtures, which Chromium drew; dots on an a are not always. */
export const NOTE = /^Delivery note 4711\nReceived by Ada Lovelace\nUnterschrift Empf[äa]nger$/;

export type Bytes = Uint8Array<ArrayBuffer>;

/** A delivery note as a picture. */
export function deliveryNote(type: 'png' | 'jpg' | 'webp' = 'png'): Bytes {
  return new Uint8Array(readFileSync(join(FOLDER, `delivery-note.${type}`)));
}

/** A PDF with text in it. */
export async function textPdf(text: string): Promise<Bytes> {
  const pdf = new PDFDocument();
  pdf.text(text);
  pdf.end();
  return new Uint8Array(await buffer(pdf));
}

/** A PDF without text, as a scanner makes it: a picture, and blank pages behind it. */
export async function scannedPdf(blankPages = 0): Promise<Bytes> {
  const pdf = new PDFDocument();
  pdf.image(Buffer.from(deliveryNote('jpg')), 40, 40, { width: 500 });
  for (let n = 0; n < blankPages; n++) pdf.addPage();
  pdf.end();
  return new Uint8Array(await buffer(pdf));
}

/** The head of a PNG that says it is so large; there is next to nothing behind it. */
export function pngOf(width: number, height: number): Bytes {
  const png = deliveryNote().slice(0, 5_000);
  new DataView(png.buffer).setUint32(16, width);
  new DataView(png.buffer).setUint32(20, height);
  return png;
}

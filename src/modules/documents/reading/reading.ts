/** What the program that reads documents is asked; with the bytes on its stdin. */
export interface ReadingOrder {
  mediaType: string;
  /** Folder with `{language}.traineddata.gz` of each language. */
  models: string;
  /** ISO 639-2, as Tesseract names them. */
  languages: string[];
  /** Pages without text that are read as pictures; the document is read up to the first one more. */
  maxScannedPages: number;
  maxCharacters: number;
}

export const READING_METHODS = ['text_layer', 'ocr'] as const;
export type ReadingMethod = (typeof READING_METHODS)[number];

/** What it answers. */
export interface ReadingResult {
  text: string;
  method: ReadingMethod;
  /** Of the document. */
  pages: number;
  pagesRead: number;
}

/** Why a document could not be read. No further try would change that. */
export const READING_FAULTS = ['unreadable', 'too_long', 'too_large'] as const;
export type ReadingFault = (typeof READING_FAULTS)[number];

export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';

  constructor(
    readonly fault: ReadingFault,
    message: string,
  ) {
    super(message);
  }
}

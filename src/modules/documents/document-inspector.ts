import { createHash, type Hash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';
import { imageDimensionsFromData } from 'image-dimensions';
import { AppError } from '../../kernel/errors.js';
import { MEDIA_TYPES, type MediaType } from './document.js';

/** What a type is told by. */
const SIGNATURE_BYTES = 4_100;
/** Within which an image says how large it is: profiles and previews come before that. */
const HEAD_BYTES = 1_000_000;

export interface Inspected {
  mediaType: MediaType;
  bytes: number;
  sha256: string;
  width: number | null;
  height: number | null;
}

interface Limits {
  maxBytes: number;
  maxPixels: number;
}

/**
 * A gate for uploads: bytes pass unchanged; a file that is none of our types, by its content and not its name, or that is
 * too large, or unpacks to too many pixels, fails as early as it can be told. Nothing is decoded. Memory: the first
 * megabyte.
 */
export class DocumentInspector extends Transform {
  private readonly hash: Hash = createHash('sha256');
  private head = Buffer.alloc(0);
  private bytes = 0;
  private mediaType: MediaType | undefined;
  private result: Inspected | undefined;

  constructor(
    private readonly limits: Limits,
    private readonly onBytes: (chunk: Buffer) => void,
  ) {
    super();
  }

  /** What came through, once it has ended. */
  get inspected(): Inspected {
    if (!this.result) throw new Error('The upload has not ended.');
    return this.result;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.inspect(chunk).then(() => {
      done(null, chunk);
    }, done);
  }

  override _flush(done: TransformCallback): void {
    this.conclude().then(() => {
      done();
    }, done);
  }

  private async inspect(chunk: Buffer): Promise<void> {
    this.bytes += chunk.length;
    if (this.bytes > this.limits.maxBytes)
      throw new AppError('payload_too_large', `A document has at most ${this.limits.maxBytes} bytes.`);
    this.hash.update(chunk);
    this.onBytes(chunk);
    if (this.head.length < HEAD_BYTES) this.head = Buffer.concat([this.head, chunk]).subarray(0, HEAD_BYTES);
    if (this.head.length >= SIGNATURE_BYTES) this.mediaType ??= await typeOf(this.head);
  }

  private async conclude(): Promise<void> {
    if (this.bytes === 0) throw new AppError('document_missing', 'The file is empty.');
    const mediaType = this.mediaType ?? (await typeOf(this.head));
    const size = mediaType === 'application/pdf' ? { width: null, height: null } : this.dimensions(mediaType);
    this.result = { mediaType, bytes: this.bytes, sha256: this.hash.digest('hex'), ...size };
  }

  private dimensions(mediaType: MediaType): { width: number; height: number } {
    const { maxPixels } = this.limits;
    const { width = 0, height = 0, type } = sizeIn(this.head) ?? {};
    if (`image/${type}` !== mediaType || width < 1 || height < 1)
      throw new AppError('document_rejected', 'The image does not say how large it is.');
    if (width * height > maxPixels)
      throw new AppError(
        'document_rejected',
        `The image has ${width} × ${height} pixels, more than ${maxPixels}.`,
      );
    return { width, height };
  }
}

/** @throws AppError `document_rejected` for what is none of our types */
async function typeOf(head: Buffer): Promise<MediaType> {
  const found = await fileTypeFromBuffer(head.subarray(0, SIGNATURE_BYTES)).catch(() => undefined);
  const known = MEDIA_TYPES.find((type) => type === found?.mime);
  if (known) return known;
  const what = found?.mime ?? 'of no known type';
  throw new AppError('document_rejected', `The file is ${what}; send one of ${MEDIA_TYPES.join(', ')}.`);
}

function sizeIn(head: Buffer): ReturnType<typeof imageDimensionsFromData> {
  try {
    return imageDimensionsFromData(head);
  } catch {
    return undefined;
  }
}

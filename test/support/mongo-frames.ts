const LENGTH_BYTES = 4;

/** Splits the stream of a connection into messages of MongoDB's wire protocol: each begins with its length. */
export class Frames {
  private rest: Buffer = Buffer.alloc(0);

  *push(chunk: Buffer): Generator<Buffer> {
    this.rest = Buffer.concat([this.rest, chunk]);
    while (this.rest.length >= LENGTH_BYTES) {
      const length = this.rest.readInt32LE(0);
      if (this.rest.length < length) return;
      yield this.rest.subarray(0, length);
      this.rest = this.rest.subarray(length);
    }
  }
}

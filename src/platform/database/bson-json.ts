/** BSON's types by number (bsonspec.org, version 1.1) as far as documents of this product have them. */
const Type = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  objectId: 7,
  boolean: 8,
  date: 9,
  null: 10,
  int32: 16,
  int64: 18,
} as const;

const [QUOTE, BACKSLASH, COMMA, COLON, SPACE] = [0x22, 0x5c, 0x2c, 0x3a, 0x20] as const;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d] as const;
const HEX = Buffer.from('0123456789abcdef');
const START_BYTES = 32_768;
const MOST_SPARE_BYTES = 1024 * 1024;
/** Room the last writer is done with. Allocated anew for each it would cost more than writing, and be kept for small bodies. */
let spare: Buffer | undefined;
/** What a value that is no text takes at most, with its separators. */
const MOST_SCALAR_BYTES = 40;

/** The fields to be written of a document, in their order, and where they were found in the last one. */
export class JsonFields {
  readonly labels: readonly string[];
  readonly types: Uint8Array;
  readonly places: Int32Array;
  /** The names at each position of the last document; the next one mostly has the same. */
  private readonly layout: { name: Buffer; slot: number }[] = [];
  private readonly slots: ReadonlyMap<string, number>;

  /** `names`: the name in the document, and the one in the JSON. */
  constructor(names: readonly (readonly [stored: string, name: string])[]) {
    this.labels = names.map(([, name]) => `${JSON.stringify(name)}:`);
    this.slots = new Map(names.map(([stored], slot) => [stored, slot]));
    this.types = new Uint8Array(names.length);
    this.places = new Int32Array(names.length);
  }

  /** Finds the fields of a document: `types` is 0 for those it does not have. */
  find(bson: Buffer): void {
    this.types.fill(0);
    const end = int32(bson, 0) - 1;
    for (let at = 4, position = 0; at < end; position++) {
      const type = bson[at++] as number;
      let known = this.layout[position];
      if (!known || !startsWith(bson, at, known.name)) known = this.learn(bson, at, position);
      at += known.name.length;
      if (known.slot >= 0) {
        this.types[known.slot] = type;
        this.places[known.slot] = at;
      }
      at += sizeOf(bson, type, at);
    }
  }

  /** An integer of the document that was looked at last. @throws Error when it is none */
  int(bson: Uint8Array, stored: string): number {
    const slot = this.slots.get(stored) ?? -1;
    if (this.types[slot] !== Type.int32) throw new Error(`the document's ${stored} is no int32`);
    return int32(bson, this.places[slot] as number);
  }

  private learn(bson: Buffer, at: number, position: number): { name: Buffer; slot: number } {
    const end = bson.indexOf(0, at);
    const slot = this.slots.get(bson.toString('utf8', at, end)) ?? -1;
    return (this.layout[position] = { name: Buffer.from(bson.subarray(at, end + 1)), slot });
  }
}

/**
 * Writes JSON from BSON as the driver gives it with `raw: true`, byte by byte: the text `JSON.stringify` would make of
 * the document, without making the document. Most of what a list costs is decoding values only to encode them again.
 */
export class BsonToJson {
  private out = spare ?? Buffer.allocUnsafeSlow(START_BYTES);
  private at = 0;

  constructor() {
    spare = undefined;
  }

  /** Writes JSON as it is given. */
  text(json: string): this {
    this.reserve(json.length * 3);
    this.at += this.out.write(json, this.at);
    return this;
  }

  /** Writes those of the fields that the document has. */
  document(bytes: Uint8Array, fields: JsonFields): this {
    const bson = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    fields.find(bson);
    const { labels, types, places } = fields;
    let separator: number = OPEN_OBJECT;
    for (let slot = 0; slot < labels.length; slot++) {
      const type = types[slot] as number;
      if (type === 0) continue;
      const label = labels[slot] as string;
      this.reserve(label.length + 1);
      this.out[this.at++] = separator;
      separator = COMMA;
      this.ascii(label);
      this.value(bson, type, places[slot] as number);
    }
    if (separator === OPEN_OBJECT) this.text('{');
    return this.text('}');
  }

  /** All that was written, in bytes of its own; the writer begins anew. */
  bytes(): Buffer {
    const written = Buffer.from(this.out.subarray(0, this.at));
    if (this.out.length <= MOST_SPARE_BYTES) spare = this.out;
    this.out = Buffer.alloc(0);
    this.at = 0;
    return written;
  }

  private value(bson: Buffer, type: number, at: number): void {
    this.reserve(MOST_SCALAR_BYTES);
    if (type === Type.string) this.string(bson, at + 4, at + 3 + int32(bson, at));
    else if (type === Type.int32) this.ascii(String(int32(bson, at)));
    else if (type === Type.boolean) this.ascii(bson[at] === 0 ? 'false' : 'true');
    else if (type === Type.date) this.ascii(`"${new Date(int64(bson, at)).toISOString()}"`);
    else if (type === Type.objectId) this.hex(bson, at);
    else if (type === Type.array || type === Type.object) this.nested(bson, type, at);
    else if (type === Type.double) this.number(bson.readDoubleLE(at));
    else if (type === Type.int64) this.number(int64(bson, at));
    else this.ascii('null');
  }

  private nested(bson: Buffer, type: number, start: number): void {
    const named = type === Type.object;
    this.out[this.at++] = named ? OPEN_OBJECT : OPEN_ARRAY;
    const end = start + int32(bson, start) - 1;
    for (let at = start + 4; at < end;) {
      this.reserve(1);
      if (at > start + 4) this.out[this.at++] = COMMA;
      const inner = bson[at] as number;
      const nameEnd = bson.indexOf(0, at + 1);
      if (named) {
        this.string(bson, at + 1, nameEnd);
        this.reserve(1);
        this.out[this.at++] = COLON;
      }
      this.value(bson, inner, nameEnd + 1);
      at = nameEnd + 1 + sizeOf(bson, inner, nameEnd + 1);
    }
    this.reserve(1);
    this.out[this.at++] = named ? CLOSE_OBJECT : CLOSE_ARRAY;
  }

  /** A text: its bytes as they are, as BSON is UTF-8 as well, unless there is something that JSON escapes. */
  private string(bson: Buffer, start: number, end: number): void {
    this.reserve(end - start + 2);
    const { out } = this;
    let to = this.at;
    out[to++] = QUOTE;
    for (let from = start; from < end; from++) {
      const byte = bson[from] as number;
      if (byte < SPACE || byte === QUOTE || byte === BACKSLASH) {
        this.text(JSON.stringify(bson.toString('utf8', start, end)));
        return;
      }
      out[to++] = byte;
    }
    out[to++] = QUOTE;
    this.at = to;
  }

  private number(value: number): void {
    this.ascii(Number.isFinite(value) ? String(value) : 'null');
  }

  private hex(bson: Buffer, at: number): void {
    this.out[this.at++] = QUOTE;
    for (let from = at; from < at + 12; from++) {
      const byte = bson[from] as number;
      this.out[this.at++] = HEX[byte >> 4] as number;
      this.out[this.at++] = HEX[byte & 15] as number;
    }
    this.out[this.at++] = QUOTE;
  }

  /** Short text for which room is reserved. */
  private ascii(text: string): void {
    const { out } = this;
    let to = this.at;
    for (let n = 0; n < text.length; n++) out[to++] = text.charCodeAt(n);
    this.at = to;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.out.length * 2, this.at + bytes));
    this.out.copy(larger, 0, 0, this.at);
    this.out = larger;
  }
}

function int32(bson: Uint8Array, at: number): number {
  return (
    (bson[at] as number) |
    ((bson[at + 1] as number) << 8) |
    ((bson[at + 2] as number) << 16) |
    ((bson[at + 3] as number) << 24)
  );
}

/** Exact up to 2^53, as numbers of documents are. */
function int64(bson: Buffer, at: number): number {
  return int32(bson, at + 4) * 2 ** 32 + (int32(bson, at) >>> 0);
}

/** `name` ends with its 0, so that no name passes for the beginning of a longer one. */
function startsWith(bson: Buffer, at: number, name: Buffer): boolean {
  for (let n = 0; n < name.length; n++) if (bson[at + n] !== name[n]) return false;
  return true;
}

/** How many bytes a value takes. @throws Error for a type no document of this product has */
export function sizeOf(bson: Uint8Array, type: number, at: number): number {
  switch (type) {
    case Type.double:
    case Type.date:
    case Type.int64:
      return 8;
    case Type.string:
      return 4 + int32(bson, at);
    case Type.object:
    case Type.array:
      return int32(bson, at);
    case Type.objectId:
      return 12;
    case Type.boolean:
      return 1;
    case Type.null:
      return 0;
    case Type.int32:
      return 4;
    default:
      throw new Error(`BSON type ${type} has no JSON form here`);
  }
}

import fc from 'fast-check';
import { mongo, Types } from 'mongoose';
import { BsonToJson, JsonFields } from './bson-json.js';

const { BSON } = mongo;
const NAMES = new JsonFields([
  ['_id', 'id'],
  ['text', 'text'],
  ['more', 'more'],
]);

const jsonOf = (document: object): unknown =>
  JSON.parse(new BsonToJson().document(BSON.serialize(document), NAMES).bytes().toString());

describe('BsonToJson', () => {
  it('writes what JSON.stringify would write of the document', () => {
    const scalar = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.double(),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new Types.ObjectId(bytes)),
    );
    const name = fc.stringMatching(/^[a-zé"\\ ]{1,9}$/);
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        scalar,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.string({ unit: 'binary' }), (more, text) => {
        // a lone surrogate has no UTF-8 and is stored as U+FFFD
        const stored = BSON.deserialize(BSON.serialize({ text, more }));
        expect(jsonOf({ text, hidden: more, more })).toEqual(JSON.parse(JSON.stringify(stored)));
      }),
    );
  });

  it('gives fields the names they are asked for under, and leaves out the others', () => {
    const _id = new Types.ObjectId();
    expect(jsonOf({ _id, secret: 'x', text: 'a "quoted"\n\\ text with é and 日本' })).toEqual({
      id: String(_id),
      text: 'a "quoted"\n\\ text with é and 日本',
    });
    expect(jsonOf({ secret: 1 })).toEqual({});
  });

  it('finds the fields of documents of any layout one after another', () => {
    const documents = [
      { text: 'a', more: 1 },
      { more: 2, text: 'b' },
      { texts: 0, text: 'c' },
      {},
      { more: 3 },
    ];
    for (const document of documents) {
      const { more, text } = document as { more?: number; text?: string };
      const expected = JSON.stringify({ text, more });
      expect(new BsonToJson().document(BSON.serialize(document), NAMES).bytes().toString()).toBe(expected);
    }
  });

  it('grows with what it writes', () => {
    const text = 'é'.repeat(200_000);
    const json = new BsonToJson().text('[').document(BSON.serialize({ text }), NAMES).text(',1]');
    expect(JSON.parse(json.bytes().toString())).toEqual([{ text }, 1]);
  });

  it('refuses a type that no document has', () => {
    expect(() => jsonOf({ more: new BSON.Decimal128('1') })).toThrow('BSON type 19');
  });
});

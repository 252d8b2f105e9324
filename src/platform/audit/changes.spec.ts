import { Types } from 'mongoose';
import { changesOf } from './changes.js';

describe('changesOf', () => {
  it('keeps the fields that differ, also inside objects', () => {
    expect(
      changesOf(
        { title: 'A', vendor: 'V', seo: { title: 'a', description: 'd' }, at: new Date(0), gone: 1 },
        { title: 'B', vendor: 'V', seo: { title: 'b', description: 'd' }, at: new Date(0), came: 2 },
      ),
    ).toEqual({
      before: { title: 'A', seo: { title: 'a' }, gone: 1 },
      after: { title: 'B', seo: { title: 'b' }, came: 2 },
    });
  });

  it('matches items of a list by their id', () => {
    const [a, b, c] = [new Types.ObjectId(), new Types.ObjectId(), new Types.ObjectId()];
    const before = {
      variants: [
        { id: a, price: 1, sku: 'a' },
        { id: b, price: 2, sku: 'b' },
      ],
    };
    const after = {
      variants: [
        { id: a, price: 5, sku: 'a' },
        { id: c, price: 3, sku: 'c' },
      ],
    };
    expect(changesOf(before, after)).toEqual({
      before: {
        variants: [
          { id: String(a), price: 1 },
          { id: String(b), price: 2, sku: 'b' },
        ],
      },
      after: {
        variants: [
          { id: String(a), price: 5 },
          { id: String(c), price: 3, sku: 'c' },
        ],
      },
    });
    expect(changesOf({ tags: ['a', 'b'] }, { tags: ['b'] })).toEqual({
      before: { tags: ['a', 'b'] },
      after: { tags: ['b'] },
    });
  });

  it('leaves empty fields out of what is new or gone, not out of a change', () => {
    expect(changesOf(null, { a: '', b: null, c: [], d: 0, e: false, f: { g: '' } })).toEqual({
      before: null,
      after: { d: 0, e: false, f: {} },
    });
    expect(changesOf({ a: 'x' }, null)).toEqual({ before: { a: 'x' }, after: null });
    expect(changesOf({ a: 'x' }, { a: '' })).toEqual({ before: { a: 'x' }, after: { a: '' } });
  });

  it('hides secrets, e-mail addresses and phone numbers wherever they stand', () => {
    const { before, after } = changesOf(
      {
        email: 'a@example.com',
        passwordHash: '$argon2id$1',
        note: 'ask a@example.com',
        contact: { phone: '+4912345', city: 'Bonn' },
      },
      {
        email: '',
        passwordHash: '$argon2id$2',
        note: 'key ent_live_abcdef',
        contact: { phone: '+4999999', city: 'Köln' },
      },
    );
    expect(before).toEqual({
      email: '[redacted]',
      passwordHash: '[redacted]',
      note: 'ask [redacted email]',
      contact: { phone: '[redacted]', city: 'Bonn' },
    });
    expect(after).toEqual({
      email: '[redacted]',
      passwordHash: '[redacted]',
      note: 'key [redacted key]',
      contact: { phone: '[redacted]', city: 'Köln' },
    });
  });

  it('bounds what is stored', () => {
    const { after } = changesOf(null, {
      html: 'x'.repeat(5_000),
      tags: Array.from({ length: 60 }, () => 't'),
    });
    expect(after?.['html']).toBe(`${'x'.repeat(200)}… (5000 characters)`);
    expect(after?.['tags']).toHaveLength(51);
    expect(changesOf(null, { 'a.b': 1, $set: 2 }).after).toEqual({ a_b: 1, _set: 2 });
  });
});

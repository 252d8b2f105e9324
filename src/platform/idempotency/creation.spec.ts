import type { Types } from 'mongoose';
import { createOnce, creations, newId, newSecret, type Creation } from './creation.js';

const creation = (more: Partial<Creation> = {}): Creation => ({
  seed: Buffer.alloc(32, 7),
  startedAt: new Date('2026-01-02T03:04:05Z'),
  repeated: false,
  taken: new Map(),
  seal: () => Promise.resolve(),
  ...more,
});

describe('newId', () => {
  it('is a new one each time without a key', () => {
    expect(String(newId('product'))).not.toBe(String(newId('product')));
    expect(newSecret('key')).not.toEqual(newSecret('key'));
  });

  it('is the same at every try of a request, and tells when the first began', () => {
    const tries = [1, 2].map(() =>
      creations.run(creation(), () => ({
        ids: [newId('product'), newId('product'), newId('job')].map(String),
        secret: newSecret('key').toString('hex'),
      })),
    );
    expect(tries[0]).toEqual(tries[1]);
    expect(new Set(tries[0]?.ids).size).toBe(3);
    const id = creations.run(creation(), () => newId('product'));
    expect(id.getTimestamp()).toEqual(new Date('2026-01-02T03:04:05Z'));
    const other = creations.run(creation({ seed: Buffer.alloc(32, 8) }), () => newId('product'));
    expect(String(other)).not.toBe(String(id));
  });
});

describe('createOnce', () => {
  const store = new Map<string, string>();
  const find = (id: Types.ObjectId) => Promise.resolve(store.get(String(id)));
  const create = (value: string) => (id: Types.ObjectId) => {
    if (store.has(String(id))) return Promise.reject(new Error('duplicate'));
    store.set(String(id), value);
    return Promise.resolve(value);
  };
  beforeEach(() => {
    store.clear();
  });

  it('creates, and a repeated request gets what the first try made', async () => {
    expect(await creations.run(creation(), () => createOnce('thing', find, create('first')))).toBe('first');
    const again = creation({ repeated: true });
    expect(await creations.run(again, () => createOnce('thing', find, create('second')))).toBe('first');
    expect(store.size).toBe(1);
  });

  it('gives what a try made that was taken for dead', async () => {
    await creations.run(creation(), () => createOnce('thing', find, create('first')));
    expect(await creations.run(creation(), () => createOnce('thing', find, create('late')))).toBe('first');
  });

  it('lets a failure through, with a key and without', async () => {
    const fail = () => Promise.reject(new Error('no'));
    await expect(createOnce('thing', find, fail)).rejects.toThrow('no');
    await expect(creations.run(creation(), () => createOnce('thing', find, fail))).rejects.toThrow('no');
  });
});

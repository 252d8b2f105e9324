import { fingerprintOf, UploadDigest, uploadBytes } from './fingerprint.js';

describe('fingerprintOf', () => {
  const of = (body: unknown) => fingerprintOf({}, body);

  it('does not see the order of fields', () => {
    expect(of({ a: 1, b: { c: [1, 2], d: null } })).toBe(of({ b: { d: null, c: [1, 2] }, a: 1 }));
    expect(of({ a: undefined })).toBe(of({}));
  });

  it.each([
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: '1' }, { a: 1 }],
    [{ a: null }, {}],
    [[], {}],
    [{ a: { b: 1 } }, { 'a.b': 1 }],
    ['a', 'b'],
    [null, ''],
    [['a,b'], ['a', 'b']],
  ])('tells %j from %j', (a, b) => {
    expect(of(a)).not.toBe(of(b));
  });

  it('sees the query', () => {
    expect(fingerprintOf({ a: '1' }, {})).not.toBe(fingerprintOf({ a: '2' }, {}));
  });

  it('refuses what is nested too deep instead of running out of stack', () => {
    const deep: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    expect(() => of(deep)).toThrow(expect.objectContaining({ code: 'malformed_request' }) as Error);
  });
});

describe('UploadDigest', () => {
  it('depends on the bytes alone, not on how they come', () => {
    const of = (...chunks: string[]) => {
      const digest = new UploadDigest();
      for (const text of chunks) digest.update(Buffer.from(text));
      return digest.fingerprint();
    };
    const one = of('Handle,', 'Title\na,b');
    expect(of('Handle,Title\n', 'a,b')).toBe(one);
    expect(uploadBytes(one)).toBe(16);
    expect(of('Handle,Title\na,c')).not.toBe(one);
  });
});

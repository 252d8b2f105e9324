import { idempotencyKey } from './idempotency-key.js';

const request = (...values: string[]) => {
  const rawHeaders = values.flatMap((value) => ['Idempotency-Key', value]);
  const joined = values.join(', ');
  return {
    raw: { rawHeaders },
    headers: values.length > 0 ? { 'idempotency-key': joined } : {},
  } as unknown as Parameters<typeof idempotencyKey>[0];
};

describe('idempotencyKey', () => {
  it.each([
    ['none', request(), undefined],
    ['bare', request('8e03978e-40d5-43dd-bc93-6894a57f9324'), '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['quoted', request('"8e03978e"'), '8e03978e'],
    ['quoted with escapes', request(String.raw`"a\"b\\c"`), String.raw`a"b\c`],
    ['a stray quote', request('"abc'), '"abc'],
    ['255 characters', request('k'.repeat(255)), 'k'.repeat(255)],
    ['a comma inside', request('a, b'), 'a, b'],
  ])('reads %s', (_, given, key) => {
    expect(idempotencyKey(given)).toBe(key);
  });

  it.each([
    ['nothing', request('')],
    ['empty quotes', request('""')],
    ['256 characters', request('k'.repeat(256))],
    ['a control character', request('a\tb')],
    ['Latin-1', request('schlüssel')],
    ['two headers', request('a', 'b')],
  ])('refuses %s', (_, given) => {
    expect(() => idempotencyKey(given)).toThrow(
      expect.objectContaining({ code: 'validation_failed' }) as Error,
    );
  });
});

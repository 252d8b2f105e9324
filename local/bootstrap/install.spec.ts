import { satisfies } from './install.mjs';

describe('satisfies', () => {
  const wanted = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0', optional: true },
  };

  it('accepts the same versions, without packages for other platforms', () => {
    expect(satisfies(wanted, { 'node_modules/a': { version: '1.0.0' } })).toBe(true);
  });
  it('refuses a missing package', () => {
    expect(satisfies(wanted, { 'node_modules/b': { version: '2.0.0' } })).toBe(false);
  });
  it('refuses another version', () => {
    expect(satisfies(wanted, { 'node_modules/a': { version: '1.0.1' } })).toBe(false);
  });
});

import { SecretBox } from './secret-box.js';

const KEY = 'a secret key that only the tests know about';

describe('SecretBox', () => {
  const box = new SecretBox(KEY, 'mail');

  it.each(['', 'a', 'grüße 🚚', 'x'.repeat(100_000)])('gives back what was sealed (%#)', (text) => {
    expect(box.open(box.seal(text))).toBe(text);
  });

  it('seals the same text differently each time, without showing it', () => {
    const [first, second] = [box.seal('the same text'), box.seal('the same text')];
    expect(first).not.toBe(second);
    expect(Buffer.from(first, 'base64url').toString('latin1')).not.toContain('the same text');
  });

  it('opens nothing with another key, for another purpose or in another context', () => {
    const sealed = box.seal('text', 'key-1');
    expect(box.open(sealed, 'key-1')).toBe('text');
    expect(box.open(sealed, 'key-2')).toBeUndefined();
    expect(new SecretBox(`${KEY}!`, 'mail').open(sealed, 'key-1')).toBeUndefined();
    expect(new SecretBox(KEY, 'keys').open(sealed, 'key-1')).toBeUndefined();
  });

  it('notices every changed byte, and takes rubbish for what it is', () => {
    const bytes = Buffer.from(box.seal('text'), 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(box.open(changed.toString('base64url'))).toBeUndefined();
    }
    for (const rubbish of ['', 'AAAA', '!!', bytes.subarray(0, 20).toString('base64url')])
      expect(box.open(rubbish)).toBeUndefined();
  });
});

import fc from 'fast-check';
import { escapeXml } from './xml-text.js';

const NAMES: Record<string, string> = { amp: '&', apos: "'", quot: '"', lt: '<', gt: '>' };
const unescape = (text: string): string =>
  text.replace(/&(\w+);/g, (_, name: string) => NAMES[name] ?? `?${name}?`);

describe('escapeXml', () => {
  it('writes the five entities of sitemaps.org', () => {
    expect(escapeXml(`a&b'c"d<e>f`)).toBe('a&amp;b&apos;c&quot;d&lt;e&gt;f');
    expect(escapeXml('&amp;')).toBe('&amp;amp;');
  });

  it('drops what XML 1.0 cannot hold and keeps the rest', () => {
    expect(escapeXml('\u0000a\u0008b\u000Bc\u001Fd\uFFFEe\uFFFFf\uD800g\uDC00h')).toBe('abcdefgh');
    expect(escapeXml('\t\n\r \u007Fé日😀\uE000\uFFFD')).toBe('\t\n\r \u007Fé日😀\uE000\uFFFD');
  });

  it('reads back as the text without the characters XML cannot hold', () => {
    const valid = (char: string): boolean => {
      const code = char.codePointAt(0) ?? 0;
      if (code < 0x20) return [9, 10, 13].includes(code);
      return (code < 0xd800 || code > 0xdfff) && code !== 0xfffe && code !== 0xffff;
    };
    const mixed = fc.oneof(
      fc.constantFrom('&', "'", '"', '<', '>', ';', '&amp;', ']]>', '\u0000', '\uD83D'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(
        fc.array(mixed).map((parts) => parts.join('')),
        (text) => {
          const escaped = escapeXml(text);
          expect(escaped).not.toMatch(/['"<>]|&(?!(?:amp|apos|quot|lt|gt);)/);
          expect(unescape(escaped)).toBe(Array.from(text).filter(valid).join(''));
        },
      ),
      { numRuns: 500 },
    );
  });
});

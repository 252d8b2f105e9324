const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  "'": '&apos;',
  '"': '&quot;',
  '<': '&lt;',
  '>': '&gt;',
};
const SPECIAL = /[&'"<>]/g;
/** Everything outside the production Char of XML 1.0, lone surrogates included. */
const NOT_A_CHAR = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/**
 * The text safe inside an element or a quoted attribute: the five entities of sitemaps.org's "Entity escaping",
 * and without the characters that XML 1.0 cannot carry in any form.
 */
export function escapeXml(text: string): string {
  return text.replace(NOT_A_CHAR, '').replace(SPECIAL, (char) => ENTITIES[char] ?? char);
}

const MAX_QUERY_WORDS = 8;
const MAX_WORD_LENGTH = 40;

/** The words of a text. Lower case, without accents: "Café" and "CAFE" are one word, "Straße" and "strasse" too. */
export function words(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, MAX_WORD_LENGTH));
}

/** The words of a query, all of which a hit must have; the longest first, as they are the rarest. */
export function queryWords(text: string): string[] {
  return [...new Set(words(text))].sort((a, b) => b.length - a.length).slice(0, MAX_QUERY_WORDS);
}

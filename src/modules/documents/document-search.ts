import { queryWords, words } from '../../kernel/search-words.js';
import { EVERYBODY } from '../transport-orders/index.js';
import type { TransportDocument } from './document.js';

/** A delivery note has some hundred; what is beyond is not found by. */
const MAX_WORDS = 1_000;

export function partiesOf({
  clientId,
  carrierId,
}: Pick<TransportDocument, 'clientId' | 'carrierId'>): string[] {
  return [EVERYBODY, clientId, carrierId];
}

/** What a document is found by: its name and its text, for each of its parties. */
export function searchTerms(
  document: Pick<TransportDocument, 'clientId' | 'carrierId' | 'name' | 'text'>,
): string[] {
  const found = [...new Set([...words(document.name), ...words(document.text)])].slice(0, MAX_WORDS);
  return partiesOf(document).flatMap((party) => found.map((word) => term(party, word)));
}

/** What a hit of a party has, all of it; none for a query without a word. */
export function queryTerms(party: string, query: string): string[] {
  return queryWords(query).map((word) => term(party, word));
}

function term(party: string, word: string): string {
  return `${party} ${word}`;
}

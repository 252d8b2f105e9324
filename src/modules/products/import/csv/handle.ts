import { MAX_NAME_LENGTH } from './limits.js';
import { CellProblem } from './errors.js';

const DROPPED = /["'’‘“”()[\]]|\p{Cf}/gu;
const SEPARATORS =
  /(?:-*(?:[\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]|[[^\x00-\x7f]--[\p{L}\p{M}\p{N}\p{S}]]))+-*/gv;

/**
 * A product's handle, the last part of its URL, by Shopify's rule: lower case; letters (of any script), digits,
 * underscores and hyphens stay; quotes and brackets vanish; every other run of characters becomes one hyphen; no
 * hyphen at either end; at most 255 characters. Sources: Shopify's Liquid "handle" reference, its Help Center on URL
 * handles, and what shops are seen to use (non-Latin handles, underscores, symbols such as ®).
 */
export function normaliseHandle(text: string): string | CellProblem {
  // Far beyond any handle: refused before the patterns below see it.
  if (text.length > 4 * MAX_NAME_LENGTH) return tooLong();
  const handle = text
    .normalize('NFC')
    .toLowerCase()
    .replace(DROPPED, '')
    .replace(SEPARATORS, '-')
    .replace(/^-+|-+$/g, '');
  if (handle === '')
    return new CellProblem('invalid_handle', `"${text.trim()}" has no letter or digit for a URL`);
  return handle.length > MAX_NAME_LENGTH ? tooLong() : handle;
}

const tooLong = (): CellProblem =>
  new CellProblem('invalid_handle', `a handle is longer than ${MAX_NAME_LENGTH} characters`);

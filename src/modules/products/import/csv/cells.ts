import { MoneyError, parseMoney } from '../../../../kernel/money.js';
import {
  INVENTORY_POLICIES,
  type InventoryPolicy,
  PRODUCT_STATUSES,
  type ProductStatus,
  WEIGHT_UNITS,
  type WeightUnit,
} from '../../product.js';
import { CellProblem, type RowErrorCode } from './errors.js';
import { MAX_GRAMS, MAX_NAME_LENGTH, MAX_QUANTITY, MAX_TAGS, MAX_URL_LENGTH } from './limits.js';

const quoted = (text: string): string => `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;

const BOOLEANS = new Map([
  ...['true', 't', 'yes', 'y', '1'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', '0'].map((word) => [word, false] as const),
]);

/** TRUE/FALSE in any case, as Shopify; yes/no, y/n, t/f and 1/0 too. */
export function parseBoolean(text: string): boolean | CellProblem {
  return (
    BOOLEANS.get(text.trim().toLowerCase()) ??
    new CellProblem('invalid_boolean', `${quoted(text)} is neither TRUE nor FALSE`)
  );
}

function oneOf<T extends string>(text: string, known: readonly T[], code: RowErrorCode): T | CellProblem {
  const word = text.trim().toLowerCase();
  return (
    known.find((one) => one === word) ??
    new CellProblem(code, `${quoted(text)} is none of ${known.join(', ')}`)
  );
}

export const parseStatus = (text: string): ProductStatus | CellProblem =>
  oneOf(text, PRODUCT_STATUSES, 'unknown_status');

export const parseWeightUnit = (text: string): WeightUnit | CellProblem =>
  oneOf(text, WEIGHT_UNITS, 'unknown_weight_unit');

/** The old column says deny or continue; the new one, "Continue selling when out of stock", also TRUE or FALSE. */
export function parsePolicy(text: string): InventoryPolicy | CellProblem {
  const continues = BOOLEANS.get(text.trim().toLowerCase());
  if (continues !== undefined) return continues ? 'continue' : 'deny';
  return oneOf(text, INVENTORY_POLICIES, 'unknown_inventory_policy');
}

/** Integer minor units of the currency. */
export function parsePrice(text: string, currency: string): number | CellProblem {
  try {
    return parseMoney(text, currency);
  } catch (error) {
    if (error instanceof MoneyError) return new CellProblem('invalid_price', error.message);
    throw error;
  }
}

/** A whole number; negative when more was sold than was there. */
export function parseQuantity(text: string): number | CellProblem {
  const value = /^[+-]?\d{1,10}$/.test(text.trim()) ? Number(text) + 0 : NaN;
  return Math.abs(value) <= MAX_QUANTITY
    ? value
    : new CellProblem('invalid_number', `${quoted(text)} is not a whole number`);
}

/** Grams, decimals allowed: other units are converted on export by Shopify, so 1 oz is 28.3495 g. */
export function parseGrams(text: string): number | CellProblem {
  const value = /^\d{1,10}(\.\d{1,10})?$/.test(text.trim()) ? Number(text) : NaN;
  return value <= MAX_GRAMS
    ? value
    : new CellProblem('invalid_number', `${quoted(text)} is not a weight in grams, such as 250 or 28.35`);
}

export function parsePosition(text: string): number | CellProblem {
  const value = /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0;
  return value > 0
    ? value
    : new CellProblem('invalid_image_position', `${quoted(text)} is not a position: 1, 2, 3 …`);
}

/** An http(s) URL; outer spaces go, the rest stays as written. */
export function parseImageUrl(text: string): string | CellProblem {
  const url = text.trim();
  if (url.length <= MAX_URL_LENGTH && /^https?:\/\//i.test(url) && URL.canParse(url)) return url;
  return new CellProblem('invalid_image_url', `${quoted(url)} is not a web address of an image (https://…)`);
}

/** "a, b": trimmed, each once whatever its case (the first spelling stays). */
export function parseTags(text: string): string[] | CellProblem {
  const tags = new Map<string, string>();
  for (const part of text.split(',')) {
    const tag = part.trim();
    if (tag.length > MAX_NAME_LENGTH) {
      return new CellProblem('value_too_long', `a tag is longer than ${MAX_NAME_LENGTH} characters`);
    }
    const key = tag.toLowerCase();
    if (tag !== '' && !tags.has(key)) tags.set(key, tag);
  }
  if (tags.size > MAX_TAGS) return new CellProblem('too_many_tags', `more than ${MAX_TAGS} tags`);
  return [...tags.values()];
}

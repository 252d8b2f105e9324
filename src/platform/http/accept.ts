import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

const JSON_TYPES = ['application/json', 'application/problem+json'];
/** Headers of this length come from clients that say the same each time; longer ones are looked at anew. */
const LONGEST_KNOWN = 256;
const known = new LRUCache<string, boolean>({ max: 1_000 });

/**
 * Whether `Accept` lets one of the media types through (RFC 9110, 12.5.1). Parameters other than the weight are not
 * looked at: `application/json; charset=utf-8` asks for what it gets.
 */
export function isAcceptable(accept: string | undefined, produces: readonly string[] = JSON_TYPES): boolean {
  if (accept === undefined || accept === '*/*') return true;
  if (accept.length > LONGEST_KNOWN) return negotiate(accept, produces);
  const key = `${produces[0]} ${accept}`;
  let acceptable = known.get(key);
  if (acceptable === undefined) known.set(key, (acceptable = negotiate(accept, produces)));
  return acceptable;
}

function negotiate(accept: string, produces: readonly string[]): boolean {
  const ranges = accept.replace(/;\s*(?!q\s*=)[^;,]*/gi, '');
  return new Negotiator({ headers: { accept: ranges } }).mediaTypes([...produces]).length > 0;
}

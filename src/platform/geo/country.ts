import { iso1A2Code } from '@rapideditor/country-coder';
import type { Position } from '../../kernel/geo.js';

/** Whether the code is a country's of ISO 3166-1 alpha-2, as the runtime's CLDR data knows it. */
export function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code) || code === 'ZZ' || code === 'EU') return false;
  const name = names.of(code);
  return name !== undefined && name !== code;
}
const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });

/**
 * Whether longitude and latitude were swapped, as far as the address can tell: the place is outside its country and
 * the swapped one is inside. Borders are coarse, so being outside alone proves nothing.
 */
export function looksSwapped([longitude, latitude]: Position, country: string): boolean {
  if (Math.abs(longitude) > 90) return false;
  return iso1A2Code([longitude, latitude]) !== country && iso1A2Code([latitude, longitude]) === country;
}

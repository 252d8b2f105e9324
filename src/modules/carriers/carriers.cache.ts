/** Voids every cached answer about carriers. */
export const CARRIERS_TAG = 'carriers';
/** Requirements R2.4. */
export const CARRIER_TTL_SECONDS = 15 * 60;

/** Voids every cached answer about one carrier. */
export function carrierTag(id: string): string {
  return `carrier:${id}`;
}

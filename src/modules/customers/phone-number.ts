import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/max/metadata';

/**
 * A phone number as E.164, e.g. `+4915112345678`; undefined for what no numbering plan has. It must be written with its
 * country (`+49 …`): a national number would be guessed.
 */
export function phoneNumber(text: string): string | undefined {
  const number = parsePhoneNumberFromString(text.trim(), metadata);
  return number?.isValid() ? number.number : undefined;
}

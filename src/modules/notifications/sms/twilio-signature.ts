import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a callback comes from Twilio: HMAC-SHA1 over the URL and the sorted parameters, each name with its value, in
 * base64 (Twilio's "Validating Signatures").
 */
export function isFromTwilio(
  signature: string,
  url: string,
  parameters: Readonly<Record<string, string>>,
  authToken: string,
): boolean {
  const expected = Buffer.from(twilioSignature(url, parameters, authToken));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export function twilioSignature(
  url: string,
  parameters: Readonly<Record<string, string>>,
  authToken: string,
): string {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = url + sorted.map(([name, value]) => name + value).join('');
  return createHmac('sha1', authToken).update(text).digest('base64');
}

import { createHmac } from 'node:crypto';
import { keyOf } from '../endpoints/webhook-secret.js';

/**
 * The headers of a delivery by the Standard Webhooks specification 1.0.0: HMAC-SHA256 over `id.timestamp.body`, one
 * signature for each secret in force, separated by spaces.
 */
export function signedHeaders(
  id: string,
  body: string,
  secrets: readonly string[],
  now: Date,
): Record<string, string> {
  const timestamp = Math.floor(now.getTime() / 1000);
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`);
    return `v1,${mac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}

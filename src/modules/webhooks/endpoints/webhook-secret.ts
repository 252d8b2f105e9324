import type { StoredSecret } from './webhook-endpoint.schema.js';

const PREFIX = 'whsec_';

/** Standard Webhooks' form of a symmetric secret: 24 to 64 random bytes, base64. */
export function secretOf(bytes: Buffer): string {
  return PREFIX + bytes.toString('base64');
}

/** The key that signatures are made with. */
export function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}

/** The secrets a delivery is signed with, newest first. */
export function inForce(secrets: readonly StoredSecret[], now: Date): StoredSecret[] {
  return secrets
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

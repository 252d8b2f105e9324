import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits as 43 characters that pass through URLs unchanged. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** How a token is stored and looked up. 256 random bits need no slow hash. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

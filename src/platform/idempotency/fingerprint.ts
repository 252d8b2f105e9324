import { createHash } from 'node:crypto';
import { AppError } from '../../kernel/errors.js';

/** Deeper bodies are no request of ours; the limit keeps the recursion off the end of the stack. */
const MAX_DEPTH = 100;

/**
 * SHA-256 of what a request asks for: its query and its body in a canonical form, so that the order of fields and
 * white space make no difference (after RFC 8785).
 * @throws AppError `malformed_request` for a body nested deeper than 100 levels
 */
export function fingerprintOf(query: unknown, body: unknown): string {
  return sha256(canonical([query ?? {}, body ?? null], 0));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function canonical(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH)
    throw new AppError('malformed_request', `The body is nested deeper than ${MAX_DEPTH} levels.`);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join()}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value as Record<string, unknown>)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field, depth + 1)}`).join()}}`;
  }
  return value === undefined ? 'null' : JSON.stringify(value);
}

/** The fingerprint of an upload, taken chunk by chunk as it comes by. */
export class UploadDigest {
  private readonly hash = createHash('sha256');
  private bytes = 0;

  readonly update = (chunk: Buffer): void => {
    this.hash.update(chunk);
    this.bytes += chunk.length;
  };

  /** Call it once, when everything went by. */
  fingerprint(): string {
    return `upload:${this.bytes}:${this.hash.digest('base64url')}`;
  }
}

/** The length that an upload's fingerprint tells, in bytes. */
export function uploadBytes(fingerprint: string): number {
  return Number(/^upload:(\d+):/.exec(fingerprint)?.[1] ?? NaN);
}

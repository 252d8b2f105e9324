import { AppError } from '../../kernel/errors.js';

/** A resource's version as a strong entity tag (RFC 9110, 8.8.3). */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * The version a write expects, from `If-Match`; undefined when any will do.
 * @throws AppError `version_mismatch` for a tag that cannot match
 */
export function expectedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const version = /^"(\d{1,15})"$/.exec(ifMatch.trim())?.[1];
  if (!version) {
    throw new AppError(
      'version_mismatch',
      `If-Match is ${ifMatch}, which is no ETag this resource gave out.`,
    );
  }
  return Number(version);
}

/** Whether `If-None-Match` names the entity tag; the comparison is weak (RFC 9110, 13.1.2). */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (!ifNoneMatch) return false;
  if (ifNoneMatch === etag) return true;
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => bare(tag) === bare(etag));
}

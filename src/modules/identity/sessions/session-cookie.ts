import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';

/** Where the cookies of the pages are sent; nothing of the API takes them. */
const PATH = '/admin';
export const SESSION_COOKIE = 'entrepot_session';

/** A cookie of the request, undefined when it has none of the name. */
export function cookieOf({ headers }: FastifyRequest, name: string): string | undefined {
  return headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[name];
}

/**
 * A `Set-Cookie` that no script reads and no other site's request carries. Over https it stays with https. Without
 * `expires` it lasts as long as the browser runs; an empty value removes it.
 */
export function pageCookie(name: string, value: string, secure: boolean, expires?: Date): string {
  return stringifySetCookie({
    ...{ name, value, path: PATH, httpOnly: true, sameSite: 'strict', secure },
    ...(value === '' ? { maxAge: 0 } : expires ? { expires } : {}),
  });
}

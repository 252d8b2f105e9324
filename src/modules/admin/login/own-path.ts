const START = '/admin';

/** Where a login leads: to a page of ours, whatever the link to the login asked for. */
export function ownPath(asked: string | undefined): string {
  if (asked === undefined || !URL.canParse(asked, 'http://own')) return START;
  const { origin, pathname, search } = new URL(asked, 'http://own');
  return origin === 'http://own' && /^\/admin(\/|$)/.test(pathname) ? pathname + search : START;
}

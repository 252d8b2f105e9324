import { relative } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';
import type { Credentials } from './credentials.ts';
import { places } from './places.ts';

/** What to open and to try, printed when everything runs; `mailUrl` where mails are kept on this machine. */
export function banner({ baseUrl, shop, apiKey, adminEmail }: Credentials, mailUrl?: string): string {
  const authorization = `-H 'Authorization: Bearer ${apiKey}'`;
  return `
Entrepot runs at ${baseUrl}

  API reference    ${baseUrl}/api/docs/ui
  Public sitemap   ${baseUrl}/sitemaps/${shop}/sitemap.xml
  Health           ${baseUrl}/health${mailUrl ? `\n  Mails            ${mailUrl}` : ''}
  Credentials      ${relative(ROOT, places.credentials)} (administrator: ${adminEmail})
  App log          ${relative(ROOT, places.appLog)}

Try it, in another terminal:

  curl -s ${authorization} '${baseUrl}/api/shops/${shop}/products?limit=3'
  curl -s -X POST ${authorization} '${baseUrl}/api/shops/${shop}/sitemaps'
  curl -s --compressed '${baseUrl}/sitemaps/${shop}/sitemap.xml'

Stop with Ctrl-C; data stays in .local (start over: npm run quickstart -- --fresh).
`;
}

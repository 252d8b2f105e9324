import type { FastifyRequest } from 'fastify';
import { pathOf } from '../../../platform/http/path-of.js';
import { asset, type AssetName } from './assets.js';
import { formTokenFor, postForm } from './form-token.js';
import { html, type Html } from './html.js';
import type { Page } from './page.js';

/** What the navigation leads to. A new page is put here. */
const PAGES = [
  { path: '/admin/jobs', title: 'Jobs' },
  { path: '/admin/queues', title: 'Queues' },
  { path: '/admin/tracking', title: 'Tracking' },
] as const;

/** The whole document around a page. Who is not logged in sees no navigation. */
export function layout(request: FastifyRequest, { title, body, scripts = [] }: Page): Html {
  const here = pathOf(request.url);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Entrepot</title>
        <link rel="icon" href="${asset('icon.svg')}" />
        <link rel="stylesheet" href="${asset('admin.css')}" />
        <script type="module" src="${asset('live.mjs')}"></script>
        ${scripts.map(script)}
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        ${request.principal ? header(request, here) : ''}
        <main id="main">${body}</main>
      </body>
    </html>`;
}

/** Classic scripts wait like modules do, and so run in the order they stand in. */
function script(name: AssetName): Html {
  return name.endsWith('.mjs')
    ? html`<script type="module" src="${asset(name)}"></script>`
    : html`<script defer src="${asset(name)}"></script>`;
}

function header(request: FastifyRequest, here: string): Html {
  const links = PAGES.map(
    ({ path, title }) =>
      html`<a href="${path}" ${here.startsWith(path) ? html`aria-current="page"` : ''}>${title}</a>`,
  );
  const logout = html`<button class="plain">Log out</button>`;
  return html`<header>
    <a class="brand" href="/admin">Entrepot</a>
    <nav aria-label="Pages">${links}</nav>
    ${postForm(formTokenFor(request), '/admin/logout', logout)}
  </header>`;
}

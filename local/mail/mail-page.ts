import Handlebars from 'handlebars';
import type { SunkMail } from './sink.ts';

const PAGE = Handlebars.compile(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="{{refresh}}">
<link rel="icon" href="data:,"><title>{{title}}</title>
<style>
  :root { color-scheme: light dark; --ink: #111827; --soft: #6b7280; --paper: #fff; --ground: #f3f4f6; --line: #e5e7eb; --act: #1d4ed8; --chosen: #eff6ff }
  @media (prefers-color-scheme: dark) { :root { --ink: #f3f4f6; --soft: #9ca3af; --paper: #1f2937; --ground: #111827; --line: #374151; --act: #93c5fd; --chosen: #1e3a5f } }
  * { box-sizing: border-box } body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
  header { padding: 1rem 1.5rem; background: var(--paper); border-bottom: 1px solid var(--line) }
  header h1 { margin: 0; font-size: 1.15rem } header p { margin: 0; color: var(--soft); font-size: .9rem }
  .both { display: grid; grid-template-columns: 22rem 1fr; min-height: calc(100vh - 5rem) }
  nav { border-right: 1px solid var(--line); background: var(--paper) } ul { margin: 0; padding: 0; list-style: none }
  nav a { display: block; padding: .75rem 1.25rem; border-bottom: 1px solid var(--line); color: inherit; text-decoration: none }
  nav a:hover, nav a[aria-current] { background: var(--chosen) } nav a:focus-visible { outline: 3px solid var(--act); outline-offset: -3px }
  nav b, nav small { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap } nav b { font-weight: 600 } small, dt { color: var(--soft) }
  main { padding: 1.5rem; min-width: 0 } h2 { margin: 0 0 .75rem; font-size: 1.35rem; overflow-wrap: anywhere }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1.25rem } dd { margin: 0; overflow-wrap: anywhere }
  iframe { width: 100%; height: 30rem; border: 1px solid var(--line); border-radius: 10px; background: #fff }
  details { margin-top: 1rem; border: 1px solid var(--line); border-radius: 10px; background: var(--paper) } summary { padding: .7rem 1rem; cursor: pointer; font-weight: 600 }
  pre { margin: 0; padding: 0 1rem 1rem; overflow-wrap: anywhere; white-space: pre-wrap; font-size: .875rem }
  .empty { display: grid; place-items: center; min-height: 60vh; color: var(--soft); text-align: center; padding: 1rem }
  .back { display: none; margin-bottom: 1rem; color: var(--act) }
  @media (max-width: 46rem) { .both { display: block } nav { border: 0 } .reading nav { display: none } .back { display: inline-block } main { padding: 1rem } .list main { display: none } }
</style>
</head>
<body class="{{#if mail}}reading{{else}}list{{/if}}">
<header><h1>Mails</h1><p>Kept here instead of being delivered; gone when the quickstart ends.</p></header>
{{#if mails.length}}
<div class="both">
<nav aria-label="Mails, newest first"><ul>
{{#each mails}}<li><a href="/mails/{{id}}"{{#if chosen}} aria-current="page"{{/if}}><b>{{subject}}</b><small>to {{to}}</small><small>{{time}}</small></a></li>
{{/each}}
</ul></nav>
<main>
{{#with mail}}
<a class="back" href="/">← All mails</a>
<h2>{{subject}}</h2>
<dl><dt>From</dt><dd>{{from}}</dd><dt>To</dt><dd>{{to}}</dd><dt>At</dt><dd>{{time}}</dd></dl>
{{#if html}}<iframe sandbox src="/mails/{{id}}/html" title="The mail as HTML"></iframe>{{/if}}
<details{{#unless html}} open{{/unless}}><summary>Plain text</summary><pre>{{text}}</pre></details>
<details><summary>Headers</summary><pre>{{#each headers}}{{name}}: {{value}}
{{/each}}</pre></details>
{{else}}
<p class="empty">Choose a mail on the left.</p>
{{/with}}
</main>
</div>
{{else}}
<p class="empty">No mail yet. Place an order for a customer with an e-mail address, or ask for a new password.</p>
{{/if}}
</body>
</html>
`);

/** The list, and beside it the mail that is read. The list looks for new mails by itself. */
export function mailPage(mails: readonly SunkMail[], chosen: SunkMail | undefined): string {
  return PAGE({
    title: chosen ? chosen.subject : 'Mails',
    refresh: chosen ? '3600' : '5',
    mails: mails.map((mail) => ({ ...shown(mail), chosen: mail === chosen })),
    mail: chosen && shown(chosen),
  });
}

function shown(mail: SunkMail): object {
  const time = mail.at.toISOString().replace('T', ' ').replace(/\..*/, ' UTC');
  return { ...mail, to: mail.to.join(', '), subject: mail.subject || '(no subject)', time };
}

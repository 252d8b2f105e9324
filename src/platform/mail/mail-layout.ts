import type { Mail } from './mail.js';
import { layoutWords } from './mail-words.js';

type Content = Omit<Mail, 'kind' | 'version' | 'to'>;

/** A mail's plain text form. */
export function textOf({
  language = 'en',
  paragraphs,
  facts = [],
  action,
  footnote,
  unsubscribeUrl,
}: Content): string {
  const words = layoutWords(language);
  const table = facts.map(({ label, value }) => `${label}: ${value}`).join('\n');
  const link = action ? [`${action.label}:\n${action.url}`] : [];
  const code = action?.code ? [`${words.orCode}\n${action.code}`] : [];
  const end = [`--\n${footnote}`, ...(unsubscribeUrl ? [`${words.unsubscribe}:\n${unsubscribeUrl}`] : [])];
  return [...paragraphs, ...(table ? [table] : []), ...link, ...code, ...end].join('\n\n') + '\n';
}

const SMALL = 'font-size:13px;color:#6b7280';
const BUTTON =
  'display:inline-block;padding:10px 18px;background:#1d4ed8;color:#ffffff;border-radius:6px;text-decoration:none';
const CELL = 'padding:6px 0;border-bottom:1px solid #e5e7eb;vertical-align:top';

/**
 * A mail's HTML form: no images, no scripts, styles inline because mail programs drop style sheets. Everything it is
 * given is text and comes out as that text, whatever stands in it.
 */
export function htmlOf(content: Content): string {
  const { language = 'en', subject, paragraphs, facts = [], action, footnote, unsubscribeUrl } = content;
  const words = layoutWords(language);
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><td style="${CELL};color:#6b7280;padding-right:16px">${escape(label)}</td>` +
      `<td style="${CELL};text-align:right">${escape(value)}</td></tr>`,
  );
  const parts = [
    ...paragraphs.map((paragraph) => `<p style="white-space:pre-line">${escape(paragraph)}</p>`),
    ...(rows.length > 0
      ? [`<table role="presentation" style="width:100%;border-collapse:collapse">${rows.join('')}</table>`]
      : []),
    ...(action
      ? [`<p><a href="${escape(action.url)}" style="${BUTTON}">${escape(action.label)}</a></p>`]
      : []),
    ...(action?.code
      ? [`<p>${escape(words.orCode)}<br><code style="word-break:break-all">${escape(action.code)}</code></p>`]
      : []),
    `<p style="${SMALL}">${escape(footnote)}</p>`,
    ...(unsubscribeUrl
      ? [
          `<p style="${SMALL}"><a href="${escape(unsubscribeUrl)}" style="color:#6b7280">${escape(words.unsubscribe)}</a></p>`,
        ]
      : []),
  ];
  return `<!doctype html>
<html lang="${escape(language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(subject)}</title></head>
<body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#111827;max-width:36em;margin:2em auto;padding:0 1em">
${parts.join('\n')}
</body>
</html>
`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

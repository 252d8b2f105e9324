import type { MailContent } from './mail.js';

/** A mail's plain text form. */
export function textOf({ paragraphs, action, footnote }: MailContent): string {
  const link = action ? [`${action.label}:\n${action.url}`, `Or enter this code:\n${action.code}`] : [];
  return [...paragraphs, ...link, `--\n${footnote}`].join('\n\n') + '\n';
}

/** A mail's HTML form: no images, no scripts, styles inline because mail programs drop style sheets. */
export function htmlOf({ subject, paragraphs, action, footnote }: MailContent): string {
  const text = paragraphs.map((paragraph) => `<p>${escape(paragraph)}</p>`).join('\n');
  const button = action
    ? `<p><a href="${escape(action.url)}" style="display:inline-block;padding:10px 18px;background:#1d4ed8;color:#ffffff;border-radius:6px;text-decoration:none">${escape(action.label)}</a></p>
<p>Or enter this code:<br><code style="word-break:break-all">${escape(action.code)}</code></p>`
    : '';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escape(subject)}</title></head>
<body style="font-family:sans-serif;font-size:16px;line-height:1.5;color:#111827;max-width:36em;margin:2em auto;padding:0 1em">
${text}
${button}
<p style="font-size:13px;color:#6b7280">${escape(footnote)}</p>
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

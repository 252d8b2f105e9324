import Handlebars from 'handlebars';

interface PageWords {
  title: string;
  ask: string;
  kept: string;
  button: string;
  doneTitle: string;
  done: string;
  brokenTitle: string;
  broken: string;
}

const EN: PageWords = {
  title: 'No more mails?',
  ask: '{{shop}} will send {{address}} no more questions and recommendations.',
  kept: 'You will still be told of orders you place.',
  button: 'Send me no more',
  doneTitle: 'Done',
  done: '{{shop}} sends {{address}} no more questions and recommendations.',
  brokenTitle: 'This link does not work',
  broken: 'It is not complete. Open it from the mail once more, or answer the mail and say so.',
};
const WORDS: Record<string, PageWords> = {
  en: EN,
  de: {
    title: 'Keine Mails mehr?',
    ask: '{{shop}} schickt {{address}} keine Fragen und Empfehlungen mehr.',
    kept: 'Über Ihre Bestellungen werden Sie weiter benachrichtigt.',
    button: 'Nichts mehr schicken',
    doneTitle: 'Erledigt',
    done: '{{shop}} schickt {{address}} keine Fragen und Empfehlungen mehr.',
    brokenTitle: 'Dieser Link geht nicht',
    broken: 'Er ist nicht vollständig. Öffnen Sie ihn noch einmal aus der Mail, oder antworten Sie darauf.',
  },
  fr: {
    title: 'Ne plus recevoir de messages ?',
    ask: "{{shop}} n'enverra plus ni questions ni conseils à {{address}}.",
    kept: 'Vous serez toujours informé de vos commandes.',
    button: 'Ne plus rien envoyer',
    doneTitle: "C'est fait",
    done: "{{shop}} n'envoie plus ni questions ni conseils à {{address}}.",
    brokenTitle: 'Ce lien ne fonctionne pas',
    broken: "Il n'est pas complet. Ouvrez-le à nouveau depuis le message, ou répondez-y.",
  },
};

const PAGE = Handlebars.compile<{
  language: string;
  title: string;
  paragraphs: string[];
  button: string | undefined;
}>(`<!doctype html>
<html lang="{{language}}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>{{title}}</title>
<style>
  :root { color-scheme: light dark; --ink: #111827; --soft: #4b5563; --paper: #ffffff; --ground: #f3f4f6; --line: #e5e7eb; --act: #1d4ed8 }
  @media (prefers-color-scheme: dark) { :root { --ink: #f3f4f6; --soft: #9ca3af; --paper: #1f2937; --ground: #111827; --line: #374151 } }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink); font: 17px/1.55 system-ui, sans-serif }
  main { box-sizing: border-box; width: min(30rem, 100vw - 2rem); padding: 2.25rem 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: 14px }
  h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25 }
  p { margin: 0 0 1rem; overflow-wrap: anywhere } p + p { color: var(--soft) }
  form { margin: 1.5rem 0 0 }
  button { width: 100%; padding: .8rem 1rem; border: 0; border-radius: 9px; background: var(--act); color: #fff; font: inherit; font-weight: 600; cursor: pointer }
  button:hover { filter: brightness(1.1) } button:focus-visible { outline: 3px solid #93c5fd; outline-offset: 2px }
</style>
</head>
<body><main>
<h1>{{title}}</h1>
{{#each paragraphs}}<p>{{this}}</p>
{{/each}}
{{#if button}}<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>{{button}}</button></form>{{/if}}
</main></body>
</html>
`);

export type UnsubscribeState = 'ask' | 'done' | 'broken';

/** The page behind the link in a mail: asks, says that it is done, or that the link is none. */
export function unsubscribePage(
  state: UnsubscribeState,
  language: string,
  about: { shop: string; address: string },
): string {
  const words = WORDS[language.split('-')[0] ?? ''] ?? EN;
  const text = (source: string) => Handlebars.compile<object>(source, { noEscape: true })(about);
  return PAGE({
    language,
    title: { ask: words.title, done: words.doneTitle, broken: words.brokenTitle }[state],
    paragraphs: (state === 'broken' ? [words.broken] : [words[state], words.kept]).map(text),
    button: state === 'ask' ? words.button : undefined,
  });
}

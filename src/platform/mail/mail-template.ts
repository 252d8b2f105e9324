import Handlebars from 'handlebars';
import type { MailContent } from './mail.js';

/** A row of a table that a template is given. */
export interface Fact {
  label: string;
  value: string;
}

export type Variables = Readonly<Record<string, string | readonly Fact[]>>;

export interface Variable<Value = string | readonly Fact[]> {
  description: string;
  /** Used by the preview. */
  example: Value;
  /** May be left out; the words ask for it by `{{#if}}`. */
  optional?: true;
}

/** What a template says in one language, each text in Handlebars; variables are text and stay text. */
export interface TemplateWords {
  subject: string;
  paragraphs: readonly string[];
  facts?: readonly Fact[];
  /** Leads to the variable `url`; shown where that is given. */
  action?: string;
  footnote: string;
  /** The same in one short message to a phone; a template without is for mails only. */
  sms?: string;
}

export interface TemplateSpec<V extends Variables> {
  name: string;
  /** Raised with every change of its words or variables; the log of what was sent keeps it. */
  version: number;
  description: string;
  /** `transactional` belongs to something the reader did; `other` can be unsubscribed from (RFC 8058). */
  kind: 'transactional' | 'other';
  variables: { [Name in keyof V]-?: Variable<NonNullable<V[Name]>> };
  languages: { en: TemplateWords } & Record<string, TemplateWords>;
}

type Compiled = Record<'subject' | 'footnote', (variables: object) => string> & {
  paragraphs: ((variables: object) => string)[];
  facts: { label: (variables: object) => string; value: (variables: object) => string }[];
  action: ((variables: object) => string) | undefined;
  sms: ((variables: object) => string) | undefined;
};

/** A template ready for use; `Values` is never set and carries the type of its variables. */
export interface MailTemplate<V extends Variables = Variables> extends TemplateSpec<V> {
  readonly compiled: ReadonlyMap<string, Compiled>;
}

const declared = new Map<string, MailTemplate>();

/**
 * Declares a template. What its words use and does not stand among its variables ends the start, so that no mail
 * fails for it later.
 */
export function defineMailTemplate<V extends Variables>(spec: TemplateSpec<V>): MailTemplate<V> {
  if (declared.has(spec.name)) throw new Error(`The mail template "${spec.name}" is declared twice.`);
  const known = new Set(Object.keys(spec.variables));
  const compiled = new Map(
    Object.entries(spec.languages).map(([language, words]) => [language, compile(words, known, spec.name)]),
  );
  const template = { ...spec, compiled };
  declared.set(spec.name, template);
  return template;
}

/** Every declared template, by name. */
export function mailTemplates(): ReadonlyMap<string, MailTemplate> {
  return declared;
}

/** The names of needed variables that are missing or empty. */
export function missingVariables(template: MailTemplate, variables: Variables): string[] {
  return Object.entries(template.variables)
    .filter(([name, { optional }]) => !optional && (variables[name]?.length ?? 0) === 0)
    .map(([name]) => name);
}

/** The first of the wanted languages that the template knows, `de-AT` being served by `de`; English in the end. */
export function languageOf({ languages }: MailTemplate, wanted: readonly (string | null)[]): string {
  for (const tag of wanted) {
    const found = [tag, tag?.split('-')[0]].find((one) => one && Object.hasOwn(languages, one));
    if (found) return found;
  }
  return 'en';
}

/** Fills a template in. The variables are complete (`missingVariables`). */
export function fillIn(
  template: MailTemplate,
  variables: Variables,
  language: string,
): { content: MailContent; sms: string | undefined } {
  const words = template.compiled.get(language);
  if (!words) throw new Error(`The template "${template.name}" does not know "${language}".`);
  const optional = Object.fromEntries(Object.keys(template.variables).map((name) => [name, '']));
  const given = { ...optional, ...variables };
  const { url, code, rows = [] } = variables;
  const label = words.action?.(given);
  const facts = [
    ...(typeof rows === 'string' ? [] : rows),
    ...words.facts.map((fact) => ({ label: fact.label(given), value: fact.value(given) })),
  ].filter(({ value }) => value !== '');
  return {
    sms: words.sms?.(given),
    content: {
      language,
      subject: oneLine(words.subject(given)),
      paragraphs: words.paragraphs.map((text) => text(given).trim()).filter(Boolean),
      ...(facts.length > 0 ? { facts } : {}),
      ...(label && typeof url === 'string' && url
        ? { action: { label, url, ...(typeof code === 'string' ? { code } : {}) } }
        : {}),
      footnote: words.footnote(given),
    },
  };
}

/** A subject is one line (RFC 5322, 2.2): what a variable brings must not begin another header. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function compile(words: TemplateWords, known: ReadonlySet<string>, name: string): Compiled {
  const text = (source: string) => {
    for (const used of variablesIn(source))
      if (!known.has(used))
        throw new Error(`The mail template "${name}" uses "${used}", which it does not declare.`);
    // the layout escapes: here everything is text
    return Handlebars.compile<object>(source, { strict: true, noEscape: true, knownHelpersOnly: true });
  };
  const { subject, paragraphs, facts = [], action, footnote, sms } = words;
  return {
    subject: text(subject),
    footnote: text(footnote),
    paragraphs: paragraphs.map(text),
    facts: facts.map(({ label, value }) => ({ label: text(label), value: text(value) })),
    action: action === undefined ? undefined : text(action),
    sms: sms === undefined ? undefined : text(sms),
  };
}

const HELPERS = new Set(['if', 'unless']);

/** The names that a text takes from its variables. */
function variablesIn(source: string): Set<string> {
  const used = new Set<string>();
  const visitor = new Handlebars.Visitor();
  visitor.PathExpression = ({ original }) => {
    if (!HELPERS.has(original)) used.add(original);
  };
  visitor.accept(Handlebars.parse(source));
  return used;
}

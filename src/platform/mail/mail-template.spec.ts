import {
  defineMailTemplate,
  fillIn,
  languageOf,
  missingVariables,
  type MailTemplate,
} from './mail-template.js';

const words = (subject: string) => ({
  subject,
  paragraphs: ['{{#if name}}Dear {{name}},{{/if}}'],
  footnote: '-',
});
const variables = {
  thing: { description: 'What it is about', example: 'a lamp' },
  name: { description: 'Who reads it', example: 'Ada', optional: true },
} as const;
let fresh = 0;
const define = (subject: string) =>
  defineMailTemplate<{ thing: string; name: string }>({
    ...{ name: `template-${++fresh}`, version: 1, kind: 'transactional', description: 'x', variables },
    languages: { en: words(subject), de: words(`de ${subject}`), 'pt-BR': words('pt') },
  }) as unknown as MailTemplate;

describe('mail templates', () => {
  it('refuse at the start what uses an undeclared variable, and a name that is taken', () => {
    expect(() => define('About {{thng}}')).toThrow('uses "thng", which it does not declare');
    expect(() => define('{{#if other}}x{{/if}}')).toThrow('uses "other"');
    const known = define('About {{thing}}');
    expect(() => defineMailTemplate(known)).toThrow('declared twice');
  });

  it('name what is missing or empty, but not what is optional', () => {
    const template = define('About {{thing}}');
    expect(missingVariables(template, {})).toEqual(['thing']);
    expect(missingVariables(template, { thing: '' })).toEqual(['thing']);
    expect(missingVariables(template, { thing: 'x' })).toEqual([]);
  });

  it('leave out what depends on a variable that is not there', () => {
    const template = define('About {{thing}}');
    expect(fillIn(template, { thing: 'a' }, 'en').content.paragraphs).toEqual([]);
    expect(fillIn(template, { thing: 'a', name: 'Ada' }, 'en').content.paragraphs).toEqual(['Dear Ada,']);
  });

  it('do not run what a variable says, and keep a subject on one line', () => {
    const template = define('About {{thing}}');
    const evil = '{{name}}\r\nBcc: x@example.com <b>';
    expect(fillIn(template, { thing: evil, name: 'Ada' }, 'de').content.subject).toBe(
      'de About {{name}} Bcc: x@example.com <b>',
    );
  });

  it.each([
    [['de-AT'], 'de'],
    [['fr', 'de'], 'de'],
    [[null, 'pt-BR'], 'pt-BR'],
    [['pt'], 'en'],
    [['constructor'], 'en'],
    [[], 'en'],
  ])('speak the first language of %j they know: %s', (wanted, language) => {
    expect(languageOf(define('x'), wanted)).toBe(language);
  });
});

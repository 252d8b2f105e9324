import { AppError } from '../../kernel/errors.js';
import { fillIn, languageOf, missingVariables, type MailTemplate, type Variables } from './mail-template.js';
import type { Mail } from './mail.js';

/** Who a mail is for, and in whose name it comes. */
export type Envelope = Pick<Mail, 'to' | 'fromName' | 'replyTo' | 'unsubscribeUrl'>;

/**
 * A template's mail, in the first of the wanted languages it knows.
 * @throws AppError `template_variables_missing`
 */
export function writeMail<V extends Variables>(
  template: MailTemplate<V>,
  variables: Partial<V>,
  envelope: Envelope,
  languages: readonly (string | null)[],
): Mail {
  assertComplete(template, variables);
  const known = template as unknown as MailTemplate;
  const { content } = fillIn(known, variables as Variables, languageOf(known, languages));
  return { ...content, kind: template.name, version: template.version, ...envelope };
}

/** @throws AppError `template_variables_missing`, which names them */
export function assertComplete<V extends Variables>(template: MailTemplate<V>, variables: Partial<V>): void {
  const missing = missingVariables(template, variables as Variables);
  if (missing.length === 0) return;
  throw new AppError(
    'template_variables_missing',
    `The template "${template.name}" needs ${missing.join(', ')}, which there is not.`,
    { errors: missing.map((field) => ({ field, code: 'missing', message: 'is needed and not there' })) },
  );
}

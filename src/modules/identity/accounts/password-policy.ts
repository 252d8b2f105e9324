import { createRequire } from 'node:module';
import { invalidField } from '../../../kernel/errors.js';

export const MIN_LENGTH = 10;
export const MAX_LENGTH = 200;

let common: ReadonlySet<string> | undefined;

/** 49 000 leaked passwords, most used first (zxcvbn-ts); read at the first need, some 5 MB. */
function commonPasswords(): ReadonlySet<string> {
  if (!common) {
    const { dictionary } = createRequire(import.meta.url)('@zxcvbn-ts/language-common') as {
      dictionary: { 'passwords-common': string[] };
    };
    common = new Set(dictionary['passwords-common'].filter((password) => password.length >= MIN_LENGTH));
  }
  return common;
}

/** One form for a password however it was typed (NIST SP 800-63B, 3.1.1.2). */
export function normalised(password: string): string {
  return password.normalize('NFKC');
}

/**
 * Refuses what is guessed first: short ones, leaked ones, repetitions, rows of the alphabet, the own address. No rules on
 * kinds of characters (NIST SP 800-63B, 3.1.1.2).
 * @throws AppError `validation_failed` naming the field
 */
export function assertStrong(password: string, email: string | undefined, field = 'password'): void {
  const fault = faultOf(normalised(password), email);
  if (!fault) return;
  const [code, message] = fault;
  throw invalidField(field, code, message);
}

function faultOf(password: string, email: string | undefined): [code: string, message: string] | undefined {
  const length = Array.from(password).length;
  if (length < MIN_LENGTH) return ['min_length', `must have at least ${MIN_LENGTH} characters`];
  if (length > MAX_LENGTH) return ['max_length', `must have at most ${MAX_LENGTH} characters`];
  const plain = password.toLowerCase();
  const guessable =
    commonPasswords().has(plain) || isRepetition(plain) || isRow(plain) || isMadeOf(plain, email);
  return guessable ? ['common_password', 'is one of those that are guessed first'] : undefined;
}

/** `aaaaaaaaaa`, `abcabcabcabc`. */
function isRepetition(text: string): boolean {
  return /^(.{1,5}?)\1+$/u.test(text);
}

/** `1234567890`, `abcdefghij`, and backwards. */
function isRow(text: string): boolean {
  const steps = new Set<number>();
  for (let at = 1; at < text.length; at++) steps.add(text.charCodeAt(at) - text.charCodeAt(at - 1));
  return steps.size === 1 || /^(0?123456789)+0?$/.test(text);
}

/** The own address, its name or the product's name, with at most three characters more. */
function isMadeOf(text: string, email: string | undefined): boolean {
  const words = [
    'entrepot',
    ...(email ? [email.toLowerCase(), email.toLowerCase().split('@', 1)[0] ?? ''] : []),
  ];
  return words.some((word) => word.length >= 4 && text.includes(word) && text.length - word.length <= 3);
}

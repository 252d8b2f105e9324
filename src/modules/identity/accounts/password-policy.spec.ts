import { AppError } from '../../../kernel/errors.js';
import { assertStrong, normalised } from './password-policy.js';

const codeOf = (password: string, email?: string): string | undefined => {
  try {
    assertStrong(password, email);
    return undefined;
  } catch (error) {
    return (error as AppError).more.errors?.[0]?.code;
  }
};

describe('password policy', () => {
  it.each([
    'correct horse battery',
    'vier alte Stühle',
    '🚚🚚🚛🚛🚜🚜🚗🚗🚕🚙',
    'zwölf Ängste',
    'x9#kQ2!vLp',
  ])('takes %s', (password) => {
    expect(codeOf(password, 'sam@example.com')).toBeUndefined();
  });

  it.each([
    ['too short', 'x9#kQ2!vL', 'min_length'],
    ['too short in characters, long in bytes', '🚚🚛🚜🚗🚕', 'min_length'],
    ['too long', 'x9#kQ2!vLp'.repeat(21), 'max_length'],
    ['leaked', 'password123', 'common_password'],
    ['leaked, in capitals', 'PassWord123', 'common_password'],
    ['repeated', 'aaaaaaaaaaaa', 'common_password'],
    ['repeated in parts', 'abcabcabcabc', 'common_password'],
    ['a row', '12345678901', 'common_password'],
    ['a row backwards', 'zyxwvutsrq', 'common_password'],
    ['the own address', 'samantha@example.com', 'common_password'],
    ['the own name', 'samantha123', 'common_password'],
    ['the product', 'entrepot123', 'common_password'],
  ])('refuses one that is %s', (_, password, code) => {
    expect(codeOf(password, 'samantha@example.com')).toBe(code);
  });

  it('takes a character composed and decomposed for the same', () => {
    expect(normalised('Stu\u0308hle')).toBe(normalised('St\u00fchle'));
  });

  it('takes long input in linear time', () => {
    expect(codeOf('ab'.repeat(100))).toBe('common_password');
    expect(codeOf(`${'ab'.repeat(99)}xy`)).toBeUndefined();
  });
});

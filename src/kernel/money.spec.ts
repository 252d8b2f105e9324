import fc from 'fast-check';
import { currencyExponent, formatMoney, MoneyError, parseMoney } from './money.js';

const code = (text: string, currency = 'EUR'): string => {
  try {
    return String(parseMoney(text, currency));
  } catch (error) {
    return (error as MoneyError).code;
  }
};

describe('money', () => {
  it('knows the minor unit of a currency', () => {
    expect(['EUR', 'JPY', 'KWD', 'USD', 'XYZ'].map(currencyExponent)).toEqual([2, 0, 3, 2, 2]);
    expect(() => currencyExponent('euro')).toThrow(RangeError);
  });

  it.each([
    ['42.99', 'EUR', 4299],
    ['42.990', 'EUR', 4299],
    ['50', 'EUR', 5000],
    [' 9.5 ', 'EUR', 950],
    ['.99', 'EUR', 99],
    ['0', 'EUR', 0],
    ['1000', 'JPY', 1000],
    ['1000.00', 'JPY', 1000],
    ['1.234', 'KWD', 1234],
    ['0.07', 'USD', 7],
    ['1.15', 'USD', 115],
    ['90071992547409.91', 'EUR', Number.MAX_SAFE_INTEGER],
  ])('reads %s %s', (text, currency, minor) => {
    expect(parseMoney(text, currency)).toBe(minor);
  });

  it.each([
    ['42.999', 'money_too_precise'],
    ['-1', 'money_negative'],
    ['−1.50', 'money_negative'],
    ['1e3', 'invalid_money'],
    ['1,234.50', 'invalid_money'],
    ['12,50', 'invalid_money'],
    ["1'000", 'invalid_money'],
    ['€5', 'invalid_money'],
    ['+5', 'invalid_money'],
    ['5.', 'invalid_money'],
    ['', 'invalid_money'],
    ['NaN', 'invalid_money'],
    ['Infinity', 'invalid_money'],
    ['0x10', 'invalid_money'],
    ['٤٢', 'invalid_money'],
    ['90071992547409.92', 'money_too_large'],
    ['9'.repeat(60), 'money_too_large'],
    ['9'.repeat(400), 'invalid_money'],
  ])('refuses %s as %s', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  it('says what to do about thousands separators', () => {
    expect(() => parseMoney('1,234.50', 'EUR')).toThrow(/no thousands separators/);
    expect(code('12.5', 'JPY')).toBe('money_too_precise');
  });

  it('formats what it reads and reads what it formats', () => {
    const currency = fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF');
    fc.assert(
      fc.property(fc.maxSafeNat(), currency, (minor, c) => parseMoney(formatMoney(minor, c), c) === minor),
    );
    expect([formatMoney(5, 'EUR'), formatMoney(5, 'JPY'), formatMoney(5, 'KWD')]).toEqual([
      '0.05',
      '5',
      '0.005',
    ]);
    expect(() => formatMoney(1.5, 'EUR')).toThrow(RangeError);
    expect(() => formatMoney(-1, 'EUR')).toThrow(RangeError);
  });
});

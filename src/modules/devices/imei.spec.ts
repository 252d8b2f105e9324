import { isImei } from './imei.js';

describe('IMEI', () => {
  it.each(['490154203237518', '356938035643809', '000000000000000'])('takes %s', (imei) => {
    expect(isImei(imei)).toBe(true);
  });

  it('refuses every other check digit', () => {
    for (let digit = 0; digit <= 9; digit++) expect(isImei(`49015420323751${digit}`)).toBe(digit === 8);
  });

  it.each([
    '',
    '49015420323751',
    '4901542032375180',
    '49015420323751a',
    ' 90154203237518',
    '４９０１５４２０３２３７５１８',
  ])('refuses "%s"', (text) => {
    expect(isImei(text)).toBe(false);
  });
});

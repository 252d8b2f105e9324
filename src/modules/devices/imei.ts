/** Whether a text is an IMEI: 15 digits of which the last is the Luhn check digit (3GPP TS 23.003, 6.2.1, annex B). */
export function isImei(text: string): boolean {
  if (!/^\d{15}$/.test(text)) return false;
  const sum = [...text].reduce((total, character, at) => {
    const digit = Number(character) * (at % 2 === 1 ? 2 : 1);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return sum % 10 === 0;
}

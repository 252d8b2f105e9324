/** The form in which two headers are compared: no byte order mark, no outer spaces, no case. */
export const headerKey = (header: string): string =>
  header
    .replace(/^\uFEFF/, '')
    .trim()
    .toLowerCase();

/** What to tell of a header whose columns are separated by something else than commas; undefined if they are not. */
export function otherDelimiter(
  names: readonly string[],
  isColumn: (name: string) => boolean,
): string | undefined {
  const only = names[0] ?? '';
  for (const [delimiter, word] of [
    [';', 'semicolons'],
    ['\t', 'tabs'],
    ['|', 'vertical bars'],
  ] as const) {
    const parts = only.split(delimiter);
    if (parts.length > 1 && parts.some((part) => isColumn(part.replaceAll('"', ''))))
      return `the columns look separated by ${word}: save the file with commas between the columns`;
  }
  return undefined;
}

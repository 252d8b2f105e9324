/** How a cell is read. What cannot be read stays text, so that the rule of its field says what is wrong. */
export type CellKind = 'text' | 'integer' | 'degrees' | 'boolean' | 'choice';

const PARSERS: Readonly<Record<CellKind, (cell: string) => unknown>> = {
  text: (cell) => cell,
  /** Blank says nothing: the field's default. */
  integer: (cell) => (cell === '' ? undefined : /^-?\d{1,15}$/.test(cell) ? Number(cell) : cell),
  degrees: (cell) => (/^-?\d{1,3}(\.\d{1,15})?$/.test(cell) ? Number(cell) : cell),
  /** As spreadsheets write it. */
  boolean: (cell) => (cell === '' ? undefined : (BOOLEANS.get(cell.toLowerCase()) ?? cell)),
  choice: (cell) => (cell === '' ? null : cell),
};
const BOOLEANS = new Map([
  ['true', true],
  ['false', false],
]);

/** The value of a trimmed cell; undefined where it says nothing. */
export function valueOf(cell: string, kind: CellKind): unknown {
  return PARSERS[kind](cell);
}

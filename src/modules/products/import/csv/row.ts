import type { ExtraColumn } from '../../product.js';
import { COLUMNS, type Field, FIELDS, type Level } from './columns.js';
import { CellProblem, type RowErrorCode } from './errors.js';
import type { Header } from './header.js';

export type Report = (line: number, code: RowErrorCode, message: string, column?: string) => void;

const MAX_LENGTH = new Map(
  FIELDS.flatMap((field) => {
    const found: { max?: number } = COLUMNS[field];
    return found.max === undefined ? [] : [[field, found.max] as const];
  }),
);
const BY_LEVEL = Map.groupBy(FIELDS, (field): Level => COLUMNS[field].level);

/** The cells of one record by field; problems go to `report` with line and column. */
export class Row {
  constructor(
    readonly line: number,
    private readonly cells: readonly string[],
    private readonly header: Header,
    private readonly report: Report,
  ) {}

  /** The cell as written, or undefined when the file has no such column. */
  cell(field: Field): string | undefined {
    const at = this.header.index.get(field);
    return at === undefined ? undefined : this.cells[at];
  }

  /** The cell's text within Shopify's length, or undefined without such a column. */
  text(field: Field): string | undefined {
    const cell = this.cell(field);
    const max = MAX_LENGTH.get(field);
    if (cell !== undefined && max !== undefined && cell.length > max) {
      this.fail(field, 'value_too_long', `longer than ${max} characters`);
    }
    return cell;
  }

  /** The parsed cell; undefined without such a column, when blank, or when wrong (then reported). */
  value<T>(field: Field, parse: (text: string) => T | CellProblem): T | undefined {
    const cell = this.cell(field);
    if (cell === undefined || cell.trim() === '') return undefined;
    const value = parse(cell);
    if (!(value instanceof CellProblem)) return value;
    this.fail(field, value.code, value.message);
    return undefined;
  }

  fail(field: Field, code: RowErrorCode, message: string): void {
    const at = this.header.index.get(field);
    this.report(
      this.line,
      code,
      message,
      (at === undefined ? undefined : this.header.names[at]) ?? COLUMNS[field].name,
    );
  }

  /** Whether any cell of the level is filled. */
  speaksOf(level: Level): boolean {
    return (BY_LEVEL.get(level) ?? []).some((field) => (this.cell(field) ?? '').trim() !== '');
  }

  /** The filled extra cells, by level (see `extraLevel`). */
  extras(level?: 'product' | 'variant'): ExtraColumn[] {
    const found: ExtraColumn[] = [];
    for (const extra of this.header.extras) {
      const value = this.cells[extra.index] ?? '';
      if (value !== '' && (level === undefined || level === extra.level))
        found.push({ column: extra.name, value });
    }
    return found;
  }

  /**
   * Product cells of a later row that differ from the product's first row. Shopify reads the first row only, so they
   * say nothing about the product: they are given back as extras of the row. Repetitions are dropped.
   */
  strays(first: Row): ExtraColumn[] {
    const found: ExtraColumn[] = [];
    for (const field of BY_LEVEL.get('product') ?? []) {
      const value = this.cell(field) ?? '';
      if (field === 'handle' || value === '' || value === first.cell(field)) continue;
      found.push({ column: COLUMNS[field].name, value });
    }
    return found;
  }

  checkUnnamed(): void {
    for (const at of this.header.unnamed) {
      if ((this.cells[at] ?? '').trim() === '') continue;
      this.report(this.line, 'unnamed_column', `column ${at + 1} has a value but no name in the header`);
    }
  }
}

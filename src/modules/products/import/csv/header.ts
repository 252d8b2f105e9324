import { CsvError } from '../../../../platform/csv/csv-error.js';
import { headerKey, otherDelimiter } from '../../../../platform/csv/header.js';
import { extraLevel, type Field, fieldOf } from './columns.js';

export interface ExtraHeader {
  index: number;
  /** As the file writes it, without outer spaces. */
  name: string;
  level: 'product' | 'variant';
}

/** What stands where in a file. */
export interface Header {
  width: number;
  index: ReadonlyMap<Field, number>;
  /** As the file writes them, by position. */
  names: readonly string[];
  extras: readonly ExtraHeader[];
  /** `headerKey` of every extra column: what the file speaks of beyond the modelled fields. */
  extraKeys: ReadonlySet<string>;
  unnamed: readonly number[];
}

/**
 * Reads the header record. Names are compared without case and outer spaces; order is free.
 * @throws CsvError `csv_columns` when the handle column is missing or two columns mean the same
 */
export function readHeader(cells: readonly string[]): Header {
  const names = cells.map((cell) => cell.replace(/^\uFEFF/, '').trim());
  const index = new Map<Field, number>();
  const extras: ExtraHeader[] = [];
  const extraKeys = new Set<string>();
  const unnamed: number[] = [];
  names.forEach((name, at) => {
    if (name === '') return unnamed.push(at);
    const field = fieldOf(name);
    const seen = field === undefined ? extraKeys.has(headerKey(name)) : index.has(field);
    if (seen) throw new CsvError('csv_columns', duplicate(name, field && names[index.get(field) ?? -1]), 1);
    if (field !== undefined) return index.set(field, at);
    extraKeys.add(headerKey(name));
    return extras.push({ index: at, name, level: extraLevel(name) });
  });
  if (!index.has('handle')) throw new CsvError('csv_columns', missingHandle(names, index.has('title')), 1);
  return { width: names.length, index, names, extras, extraKeys, unnamed };
}

function duplicate(name: string, other: string | undefined): string {
  return other === undefined || headerKey(other) === headerKey(name)
    ? `the column "${name}" stands twice in the header`
    : `the columns "${other}" and "${name}" mean the same`;
}

function missingHandle(names: readonly string[], hasTitle: boolean): string {
  const separated = otherDelimiter(names, (name) => fieldOf(name) !== undefined);
  if (separated !== undefined) return separated;
  return hasTitle
    ? 'the column "Handle" (or "URL handle") is missing'
    : 'the first line names no column of a product CSV: "Handle" (or "URL handle") and "Title" are missing';
}

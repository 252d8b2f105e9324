import { CsvError } from '../../../platform/csv/csv-error.js';
import { headerKey, otherDelimiter } from '../../../platform/csv/header.js';
import { MAX_STOPS } from '../../pricing/index.js';
import { MAX_GOODS } from '../transport-orders.dto.js';
import type { CellKind } from './transport-cells.js';

/** What a column is of: of the order itself (''), of a stop, or of one of its goods; lists count from 0. */
export interface Column {
  /** As in the template. */
  name: string;
  part: string;
  field: string;
  kind: CellKind;
}

type Fields = Readonly<Record<string, CellKind>>;

const ORDER: Fields = {
  ...{ reference: 'text', transportType: 'text', currency: 'text', note: 'text', draft: 'boolean' },
};
const STOP: Fields = {
  ...{ name: 'text', address: 'text', postalCode: 'text', city: 'text', country: 'text' },
  ...{ longitude: 'degrees', latitude: 'degrees', windowFrom: 'text', windowTo: 'text' },
};
const GOODS: Fields = {
  ...{ description: 'text', weightGrams: 'integer', volumeMillilitres: 'integer', pallets: 'integer' },
  adrClass: 'choice',
};

const columnsOf = (part: string, fields: Fields): Column[] =>
  Object.entries(fields).map(([field, kind]) => ({
    ...{ name: part === '' ? field : `${part}.${field}`, part, field, kind },
  }));
const listOf = (list: string, most: number, fields: Fields): Column[] =>
  Array.from({ length: most }, (_, at) => columnsOf(`${list}.${at}`, fields)).flat();

const BY_KEY = new Map<string, Column>(
  [
    ...columnsOf('', ORDER),
    ...columnsOf('pickup', STOP),
    ...columnsOf('delivery', STOP),
    ...listOf('via', MAX_STOPS - 2, STOP),
    ...listOf('goods', MAX_GOODS, GOODS),
  ].map((column) => [headerKey(column.name), column]),
);

/** Columns that every file has: what the creation of one order demands. */
export const REQUIRED: readonly string[] = [
  ...['reference', 'transportType', 'currency'],
  ...['pickup', 'delivery'].flatMap((end) => columnsOf(end, STOP).map(({ name }) => name)),
  ...['goods.0.description', 'goods.0.weightGrams'],
];

/**
 * Reads the header record: names are compared without case and outer spaces, their order is free.
 * @throws CsvError `csv_columns` for a column that is missing, unknown or there twice
 */
export function readColumns(names: readonly string[]): Column[] {
  const columns = names.map((name) => BY_KEY.get(headerKey(name)));
  const known = new Set(columns.map((column) => column?.name));
  const missing = REQUIRED.filter((name) => !known.has(name));
  if (missing.length > 0)
    throw invalid(
      otherDelimiter(names, (name) => BY_KEY.has(headerKey(name))) ??
        `these columns are missing: ${missing.join(', ')}`,
    );
  const seen = new Set<Column>();
  return columns.map((column, at) => {
    if (!column)
      throw invalid(`column ${at + 1}, "${(names[at] ?? '').slice(0, 100)}", is none of a transport order`);
    if (seen.has(column)) throw invalid(`the column "${column.name}" stands twice in the header`);
    seen.add(column);
    return column;
  });
}

const invalid = (message: string): CsvError => new CsvError('csv_columns', message, 1);

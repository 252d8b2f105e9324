import { csvOf } from './csv-catalogue.js';

let fresh = 0;

/** A row of the template: Berlin to Hamburg, every required column. */
export function transportRow(more: Record<string, string | number> = {}): Record<string, string | number> {
  const stop = (end: string, city: string, longitude: number, latitude: number, day: string) => ({
    ...{
      [`${end}.name`]: `Dock ${city}`,
      [`${end}.address`]: 'Hafenstraße 1',
      [`${end}.postalCode`]: '10115',
    },
    ...{ [`${end}.city`]: city, [`${end}.country`]: 'DE' },
    ...{ [`${end}.longitude`]: longitude, [`${end}.latitude`]: latitude },
    [`${end}.windowFrom`]: `2026-12-${day}T08:00:00Z`,
    [`${end}.windowTo`]: `2026-12-${day}T12:00:00Z`,
  });
  return {
    ...{ reference: `CSV-${process.pid}-${++fresh}`, transportType: 'ltl', currency: 'EUR', note: '' },
    ...stop('pickup', 'Berlin', 13.405, 52.52, '01'),
    ...stop('delivery', 'Hamburg', 9.9937, 53.5511, '02'),
    ...{ 'goods.0.description': 'Garments', 'goods.0.weightGrams': 420_000, 'goods.0.pallets': '' },
    ...more,
  };
}

/** A CSV of transport orders, each the template's row but for what is told. */
export function transportsCsv(rows: Record<string, string | number>[]): string {
  return csvOf(rows.map((more) => transportRow(more)));
}

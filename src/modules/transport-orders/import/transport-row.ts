import { valueOf } from './transport-cells.js';
import type { Column } from './transport-columns.js';

interface Part {
  values: Record<string, unknown>;
  filled: boolean;
}

const LIST_ITEM = /^(via|goods)\.(\d+)/;

/** A record as the body that the creation of one order takes. */
export class TransportRow {
  private readonly parts = new Map<string, Part>();

  constructor(columns: readonly Column[], cells: readonly string[]) {
    for (const [at, { part, field, kind }] of columns.entries()) {
      const cell = (cells[at] ?? '').trim();
      const of = this.part(part);
      this.parts.set(part, of);
      const value = valueOf(cell, kind);
      if (value !== undefined) of.values[field] = value;
      of.filled ||= cell !== '';
    }
  }

  /** The client's name for it, as far as it is one. */
  get reference(): string {
    const { reference } = this.part('').values;
    return typeof reference === 'string' ? reference.slice(0, 100) : '';
  }

  body(): object {
    return {
      ...this.part('').values,
      pickup: this.stop('pickup'),
      via: this.items('via').map((part) => this.stop(part)),
      delivery: this.stop('delivery'),
      goods: this.items('goods').map((part) => this.part(part).values),
    };
  }

  /** The column that a field of the body comes from, by the path that errors name it with. */
  columnOf(field: string): string {
    const [item, list = '', at = ''] = LIST_ITEM.exec(field) ?? [];
    const part = item === undefined ? undefined : this.items(list)[Number(at)];
    const name = item === undefined || part === undefined ? field : part + field.slice(item.length);
    const [stop, point] = name.split('.point', 2);
    return stop === undefined || point === undefined ? name : `${stop}.${this.wrongDegrees(stop)}`;
  }

  private wrongDegrees(stop: string): 'longitude' | 'latitude' {
    const { longitude, latitude } = this.part(stop).values;
    const within = (degrees: unknown, most: number) =>
      typeof degrees === 'number' && Math.abs(degrees) <= most;
    return within(longitude, 180) && !within(latitude, 90) ? 'latitude' : 'longitude';
  }

  /** Those of a list that are filled, in the order of their numbers: a file has as many columns as its longest row. */
  private items(list: string): string[] {
    return [...this.parts]
      .filter(([name, { filled }]) => filled && name.startsWith(`${list}.`))
      .map(([name]) => name)
      .sort((a, b) => Number(a.slice(list.length + 1)) - Number(b.slice(list.length + 1)));
  }

  private stop(name: string): object {
    const { longitude, latitude, ...rest } = this.part(name).values;
    return { ...rest, point: { type: 'Point', coordinates: [longitude, latitude] } };
  }

  private part(name: string): Part {
    return this.parts.get(name) ?? { values: {}, filled: false };
  }
}

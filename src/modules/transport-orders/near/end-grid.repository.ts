import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type mongo } from 'mongoose';
import { TransportOrderDocument } from '../transport-order.schema.js';
import type { End } from '../transport-order.js';
import { FIELDS, gridOf, type CellPath } from './end-grid.js';
import type { EndKey, GridReader } from './nearest-search.js';

const ENDS = { 'pickup.point': 1, 'delivery.point': 1 } as const;

/** The ends of a party's transport orders by the cells of the grid; answered by the index alone. */
@Injectable()
export class EndGridRepository {
  private readonly orders: mongo.Collection<TransportOrderDocument>;

  constructor(@InjectModel(TransportOrderDocument.name) model: Model<TransportOrderDocument>) {
    this.orders = model.collection as unknown as mongo.Collection<TransportOrderDocument>;
  }

  of(party: string, end: End): GridReader {
    return {
      ends: (cells, most, afterId) => this.ends(party, end, cells, most, afterId),
      parts: (cell) => this.parts(party, end, cell),
    };
  }

  /** Gives cells to so many of the orders without, oldest first; gives how many got them. */
  async complete(limit: number): Promise<number> {
    const lacking = await this.orders
      .find(
        { grid: null as never },
        {
          projection: ENDS,
          sort: { createdAt: 1 },
          hint: 'gridless_createdAt',
          limit,
          readPreference: 'primary',
        },
      )
      .toArray();
    if (lacking.length === 0) return 0;
    const { modifiedCount } = await this.orders.bulkWrite(
      lacking.map(({ _id, pickup, delivery }) => ({
        updateOne: {
          // nobody has moved or completed it meanwhile
          filter: {
            _id,
            grid: null as never,
            'pickup.point': pickup.point,
            'delivery.point': delivery.point,
          },
          update: { $set: { grid: gridOf({ pickup, delivery }) } },
        },
      })),
      { ordered: false },
    );
    return modifiedCount;
  }

  private async ends(
    party: string,
    end: End,
    cells: readonly CellPath[],
    most: number,
    afterId: string | undefined,
  ): Promise<EndKey[]> {
    const behind = afterId === undefined ? {} : { _id: { $gt: new Types.ObjectId(afterId) } };
    const found = await this.orders
      .find(
        { parties: party, ...inCells(end, cells), ...behind },
        {
          ...{ projection: { [`grid.${end}.at`]: 1 }, hint: indexOf(end), sort: sortOf(end) },
          ...{ limit: most, batchSize: most, singleBatch: true },
        },
      )
      .toArray();
    return found.map(({ _id, grid }) => ({ id: String(_id), at: grid[end].at }));
  }

  private async parts(party: string, end: End, cell: CellPath): Promise<CellPath[]> {
    const next = FIELDS[cell.length];
    if (next === undefined) throw new Error('a place has no parts');
    const found = await this.orders
      .aggregate<{
        _id: number | string;
      }>(
        // by equality alone the index is read by its distinct values (DISTINCT_SCAN)
        [
          { $match: { parties: party, ...inCells(end, [cell]) } },
          { $group: { _id: `$grid.${end}.${next}` } },
        ],
        { hint: indexOf(end) },
      )
      .toArray();
    return found.map(({ _id }) => [...cell, _id]);
  }
}

function inCells(end: End, cells: readonly CellPath[]): mongo.Filter<TransportOrderDocument> {
  const depth = cells[0]?.length ?? 0;
  return Object.fromEntries(
    FIELDS.slice(0, depth).map((field, level) => {
      const values = [...new Set(cells.map((path) => path[level]))];
      return [`grid.${end}.${field}`, values.length === 1 ? values[0] : { $in: values }];
    }),
  );
}

function sortOf(end: End): Record<string, 1> {
  return Object.fromEntries([...FIELDS.map((field) => `grid.${end}.${field}`), '_id'].map((key) => [key, 1]));
}

function indexOf(end: End): string {
  return `parties_grid.${end}`;
}

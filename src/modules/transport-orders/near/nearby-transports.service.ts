import { Injectable } from '@nestjs/common';
import { decodePosition, encodeCursor } from '../../../kernel/cursor.js';
import type { Position } from '../../../kernel/geo.js';
import type { Principal } from '../../../platform/http/access.js';
import type { End, TransportOrder } from '../transport-order.js';
import { TransportOrdersRepository } from '../transport-orders.repository.js';
import { partyOf } from '../transport-party.js';
import { EndGridRepository } from './end-grid.repository.js';
import { NearestSearch, type Found } from './nearest-search.js';

const SORT = 'distance';
const AT_ONCE = 500;

/** Transport orders around a place. */
@Injectable()
export class NearbyTransportsService {
  constructor(
    private readonly grid: EndGridRepository,
    private readonly orders: TransportOrdersRepository,
  ) {}

  /**
   * A page of the orders with an end within `metres` of a place, the nearest first.
   * @throws AppError `invalid_cursor`, `validation_failed`, `organisation_forbidden`
   */
  async near(
    principal: Principal,
    wanted: string | undefined,
    query: { end: End; place: Position; metres: number; limit: number; cursor?: string },
  ): Promise<{ orders: TransportOrder[]; nextCursor: string | null; hasMore: boolean }> {
    const { end, place, metres, limit, cursor } = query;
    const party = partyOf(principal, wanted);
    const after = cursor === undefined ? undefined : lastOf(cursor);
    const search = new NearestSearch(this.grid.of(party, end), { place, metres, wanted: limit + 1, after });
    const found = await search.run();
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      orders: await this.orders.listed(
        party,
        page.map(({ id }) => id),
      ),
      nextCursor: last ? encodeCursor({ sort: SORT, values: [last.metres, last.id] }) : null,
      hasMore: last !== undefined,
    };
  }

  /** Gives orders their cells that have none, and would not be found; safe to run again, or twice at once. */
  async complete(): Promise<{ completed: number }> {
    let completed = 0;
    for (;;) {
      const done = await this.grid.complete(AT_ONCE);
      completed += done;
      if (done === 0) return { completed };
    }
  }
}

/** @throws AppError `invalid_cursor` */
function lastOf(cursor: string): Found {
  const { value: metres, id } = decodePosition(cursor, SORT, (value) => typeof value === 'number');
  return { metres, id };
}

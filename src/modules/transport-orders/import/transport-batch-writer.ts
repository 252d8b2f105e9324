import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import { isDuplicateKey } from '../../../platform/database/database-errors.js';
import { TransportOrderEditor, type NewTransport } from '../transport-order-editor.js';
import type { TransportTerms } from '../transport-order.js';
import { TransportOrdersRepository } from '../transport-orders.repository.js';

/** A row under the id that its order gets, the same at every run of the import. */
export interface BatchItem extends NewTransport {
  line: number;
}

export interface BatchOutcome {
  created: number;
  unchanged: number;
  /** Their reference is that of another order. */
  taken: BatchItem[];
}

const TRIES = 10;

/**
 * Writes rows, each with a reference of its own, as orders of a client: all that are missing in one transaction. What another
 * writer makes in between is compared again.
 */
@Injectable()
export class TransportBatchWriter {
  constructor(
    private readonly repository: TransportOrdersRepository,
    private readonly editor: TransportOrderEditor,
  ) {}

  /** @throws AppError `service_unavailable` when other writers do not let it through */
  async write(clientId: string, items: readonly BatchItem[]): Promise<BatchOutcome> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const { missing, ...outcome } = await this.compare(clientId, items);
      try {
        if (missing.length > 0) await this.editor.addAll(clientId, missing);
        return { ...outcome, created: outcome.created + missing.length };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
    throw new AppError('service_unavailable', 'The orders of the client change too fast to import into.');
  }

  private async compare(
    clientId: string,
    items: readonly BatchItem[],
  ): Promise<BatchOutcome & { missing: BatchItem[] }> {
    // what an earlier run of this import has made counts as made, whatever its client has changed since
    const made = await this.repository.existing(
      clientId,
      items.map(({ id }) => id),
    );
    const open = items.filter(({ id }) => !made.has(id));
    const references = open.map(({ terms }) => terms.reference);
    const stored = new Map(
      (await this.repository.findByReferences(clientId, references)).map((order) => [order.reference, order]),
    );
    const known = open.filter(({ terms }) => stored.has(terms.reference));
    const taken = known.filter(({ terms }) => !sameTerms(terms, stored.get(terms.reference)));
    return {
      ...{ created: made.size, unchanged: known.length - taken.length, taken },
      missing: open.filter(({ terms }) => !stored.has(terms.reference)),
    };
  }
}

function sameTerms(one: TransportTerms, other: TransportTerms | undefined): boolean {
  return other !== undefined && isDeepStrictEqual(plain(one), plain(other));
}

/** Without prototypes, and with dates as text. */
function plain(order: TransportTerms): unknown {
  const { reference, transportType, currency, pickup, via, delivery, goods, note } = order;
  const terms = { reference, transportType, currency, pickup, via, delivery, goods, note };
  return JSON.parse(JSON.stringify(terms)) as unknown;
}

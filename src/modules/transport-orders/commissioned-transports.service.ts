import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { statusEntry, TransportOrderEditor } from './transport-order-editor.js';
import { TRANSPORT_TRANSITIONS, type TransportTerms } from './transport-order.js';
import { TransportOrdersRepository } from './transport-orders.repository.js';

/** Transports that other features have made for a client, nobody calling: each may be asked for again. */
@Injectable()
export class CommissionedTransportsService {
  constructor(
    private readonly repository: TransportOrdersRepository,
    private readonly editor: TransportOrderEditor,
  ) {}

  /**
   * Makes the order under the id, once. The terms have passed `assertTerms`; a reference that the client gave to another
   * order is made its own by the id.
   */
  async commission(clientId: string, id: string, terms: TransportTerms): Promise<void> {
    if (await this.repository.find([clientId], id)) return;
    try {
      await this.editor.add(id, clientId, terms, 'PENDING');
    } catch (error) {
      if (isDuplicateKey(error, '_id_')) return; // the same event on another worker
      if (!(error instanceof AppError) || error.code !== 'duplicate_reference') throw error;
      await this.editor.add(id, clientId, { ...terms, reference: `${terms.reference}-${id}` }, 'PENDING');
    }
  }

  /** Calls the order off if nobody has picked it up. */
  async callOff(clientId: string, id: string, note: string): Promise<void> {
    for (;;) {
      const order = await this.repository.find([clientId], id);
      if (!order || !TRANSPORT_TRANSITIONS[order.status].includes('CANCELLED')) return;
      const change = { edit: { status: 'CANCELLED' as const }, entry: statusEntry('CANCELLED', note) };
      if (await this.editor.write(order, { ...change, action: 'cancelled' })) return;
    }
  }
}

import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors.js';
import { assertTransition } from '../../kernel/state-machine.js';
import type { Principal } from '../../platform/http/access.js';
import { QuotesService, type QuoteRule } from '../pricing/index.js';
import { requestOf } from './quote-request.js';
import { assertSide, statusEntry, TransportOrderEditor } from './transport-order-editor.js';
import { SAID_BY, TRANSPORT_TRANSITIONS, type TransportOrder } from './transport-order.js';

export type Step = keyof typeof SAID_BY;

/** Who moves an order and for how much, and how far it is. */
@Injectable()
export class TransportAssignmentService {
  constructor(
    private readonly editor: TransportOrderEditor,
    private readonly quotes: QuotesService,
  ) {}

  /**
   * Gives an order to a carrier: the named one, or the first by the rule. The price is the quote of this moment and stays.
   * @throws AppError `transport_order_not_found`, `organisation_forbidden`, `invalid_transition`, `version_mismatch`,
   * `no_carrier` when nobody, or not the named one, takes it
   */
  async assign(
    principal: Principal,
    id: string,
    { carrierId, rule }: { carrierId?: string; rule: QuoteRule },
    version?: number,
  ): Promise<TransportOrder> {
    return this.editor.change(principal, id, version, async (order) => {
      assertSide(principal, order, 'client');
      assertTransition(TRANSPORT_TRANSITIONS, order.status, 'ASSIGNED');
      const only = carrierId === undefined ? undefined : [carrierId];
      const { quotes, unavailable } = await this.quotes.quote(requestOf(order), rule, only);
      const [best] = quotes;
      if (!best) {
        const reasons = unavailable.map((carrier) => `${carrier.carrierId}: ${carrier.reason}`).join(', ');
        throw new AppError('no_carrier', `No carrier takes it. ${reasons || 'None goes to every stop.'}`);
      }
      return {
        edit: { status: 'ASSIGNED', carrierId: best.carrierId, price: best.price },
        entry: statusEntry('ASSIGNED'),
        action: 'assigned',
      };
    });
  }

  /**
   * Notes a step. The client says what is wanted (`PENDING`, `CANCELLED`), the carrier what happens.
   * @throws AppError `transport_order_not_found`, `organisation_forbidden`, `invalid_transition`, `version_mismatch`
   */
  async step(
    principal: Principal,
    id: string,
    to: Step,
    note: string,
    version?: number,
  ): Promise<TransportOrder> {
    return this.editor.change(principal, id, version, (order) => {
      assertSide(principal, order, SAID_BY[to]);
      assertTransition(TRANSPORT_TRANSITIONS, order.status, to);
      // what is tried again is for any carrier; the history and the audit trail keep who had it
      const again = to === 'PENDING' ? { carrierId: null, price: null, lastPosition: null } : {};
      return { edit: { status: to, ...again }, entry: statusEntry(to, note) };
    });
  }
}

import { Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors.js';
import type { Principal } from '../../platform/http/access.js';
import { CarriersService } from '../carriers/index.js';
import { assertSide, TransportOrderEditor } from './transport-order-editor.js';
import type { TransportOrder } from './transport-order.js';

/** What clients think of who moved their goods: each delivery counts once in the carrier's rating. */
@Injectable()
export class TransportRatingService {
  constructor(
    private readonly editor: TransportOrderEditor,
    private readonly carriers: CarriersService,
  ) {}

  /**
   * Notes the client's stars, 1 to 5, on the order and in the mean of its carrier, both or neither.
   * @throws AppError `transport_order_not_found`, `organisation_forbidden`, `version_mismatch`; `conflict` before the
   * delivery and for a second rating
   */
  async rate(principal: Principal, id: string, stars: number, version?: number): Promise<TransportOrder> {
    const rated = await this.editor.change(principal, id, version, (order) => {
      assertSide(principal, order, 'client');
      const { carrierId, status, rating } = order;
      if (status !== 'DELIVERED' || carrierId === null)
        throw new AppError('conflict', `The transport order is ${status}; it is rated when it is DELIVERED.`);
      if (rating !== null)
        throw new AppError('conflict', `The transport order is rated already, with ${rating}.`);
      return {
        edit: { rating: stars },
        action: 'rated',
        along: (session) => this.carriers.rate(carrierId, stars, session),
      };
    });
    if (rated.carrierId !== null) await this.carriers.forget(rated.carrierId);
    return rated;
  }
}

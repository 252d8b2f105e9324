import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { etagOf } from '../../platform/http/etag.js';
import { OrderDto, toOrderDto } from './order.dto.js';
import { OrderViewService } from './order-view.service.js';
import type { Order } from './order.js';

/** What every operation on one order answers: the order with what stands beside it, and its ETag. */
@Injectable()
export class OrderAnswer {
  constructor(private readonly view: OrderViewService) {}

  async of(reply: FastifyReply, order: Order): Promise<OrderDto> {
    void reply.header('etag', etagOf(order.version));
    return toOrderDto(order, await this.view.around(order.shop, [order]));
  }
}

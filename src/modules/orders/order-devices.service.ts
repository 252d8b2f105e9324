import { Injectable } from '@nestjs/common';
import { AppError, invalidField } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { DevicesService } from '../devices/index.js';
import { OrderEditor } from './order-editor.js';
import { lineOf } from './order-payments.service.js';
import { entry } from './order-timeline.js';
import { piecesOf, type Order, type OrderStatus } from './order.js';

/** While an order is placed and has not left. */
const OPEN: readonly OrderStatus[] = ['pending', 'paid', 'fulfilling'];

/** Which units are given for which line: each unit once, at most as many as the line has pieces. */
@Injectable()
export class OrderDevicesService {
  constructor(
    private readonly editor: OrderEditor,
    private readonly devices: DevicesService,
  ) {}

  /**
   * @throws AppError `order_not_found`, `order_line_not_found`, `device_not_found`, `device_unavailable`,
   * `invalid_transition`, `validation_failed`
   */
  async assign(
    shop: ShopDomain,
    id: string,
    lineId: string,
    deviceIds: string[],
    version?: number,
  ): Promise<Order> {
    return this.editor.change(
      shop,
      id,
      version,
      (order) => {
        assertOpen(order);
        const line = lineOf(order, lineId);
        const missing = deviceIds.filter((device) => !line.deviceIds.includes(device));
        if (missing.length === 0) return null;
        const given = [...line.deviceIds, ...missing];
        if (given.length > piecesOf(line))
          throw invalidField(
            'deviceIds',
            'too_many',
            `the line has ${piecesOf(line)} pieces, and would get ${given.length}`,
          );
        return { set: { lines: withDevices(order, lineId, given) }, timeline: [entry('devices_assigned')] };
      },
      async (session, before) => {
        const { variantId, deviceIds: known } = lineOf(before, lineId);
        const missing = deviceIds.filter((device) => !known.includes(device));
        await this.devices.assign(shop, missing, { variantId, orderId: id, lineId }, session);
      },
    );
  }

  /** @throws AppError `order_not_found`, `order_line_not_found`, `device_not_found`, `invalid_transition` */
  async release(
    shop: ShopDomain,
    id: string,
    lineId: string,
    deviceId: string,
    version?: number,
  ): Promise<Order> {
    return this.editor.change(
      shop,
      id,
      version,
      (order) => {
        assertOpen(order);
        const { deviceIds } = lineOf(order, lineId);
        if (!deviceIds.includes(deviceId))
          throw new AppError('device_not_found', `The line has no device "${deviceId}".`);
        const left = deviceIds.filter((device) => device !== deviceId);
        return { set: { lines: withDevices(order, lineId, left) }, timeline: [entry('device_released')] };
      },
      async (session) => {
        await this.devices.release(shop, id, session, [deviceId]);
      },
    );
  }
}

function assertOpen({ status }: Order): void {
  if (OPEN.includes(status)) return;
  throw new AppError(
    'invalid_transition',
    `Devices are given between placing and shipping; the order is ${status}.`,
  );
}

function withDevices({ lines }: Order, lineId: string, deviceIds: string[]): Order['lines'] {
  return lines.map((line) => (line.id === lineId ? { ...line, deviceIds } : line));
}

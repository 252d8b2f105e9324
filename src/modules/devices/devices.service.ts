import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { AppError } from '../../kernel/errors.js';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { assertTransition } from '../../kernel/state-machine.js';
import type { AuditAction, AuditChange } from '../../platform/audit/audit-event.js';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { isDuplicateKey } from '../../platform/database/database-errors.js';
import { createOnce } from '../../platform/idempotency/creation.js';
import { TenantData } from '../../platform/tenancy/tenant-data.js';
import { ProductsService } from '../products/index.js';
import { DEVICE_TRANSITIONS, type Device, type DeviceStatus } from './device.js';
import { deviceCursor, deviceQuery, type DeviceFilter } from './devices.query.js';
import { DevicesRepository } from './devices.repository.js';
import { isImei } from './imei.js';

export interface DeviceInput {
  variantId: string;
  serial: string;
  imei?: string;
  note?: string;
}

/** Serialised units: each is one variant's, and is given for one order line at most. */
@Injectable()
export class DevicesService implements OnModuleInit {
  constructor(
    private readonly repository: DevicesRepository,
    private readonly products: ProductsService,
    private readonly tenants: TenantData,
    private readonly audit: AuditTrail,
  ) {}

  onModuleInit(): void {
    this.tenants.register('devices', (shop) => this.repository.deleteAll(shop));
  }

  async list(
    shop: ShopDomain,
    filter: DeviceFilter,
    limit: number,
    cursor?: string,
  ): Promise<{ devices: Device[]; nextCursor: string | null; hasMore: boolean }> {
    const devices = await this.repository.list(deviceQuery(shop, filter, cursor), limit + 1);
    const hasMore = devices.length > limit;
    if (hasMore) devices.pop();
    const last = devices.at(-1);
    return { devices, hasMore, nextCursor: hasMore && last ? deviceCursor(last) : null };
  }

  /** @throws AppError `device_not_found` */
  async get(shop: ShopDomain, id: string): Promise<Device> {
    const device = await this.repository.find(shop, id);
    if (!device) throw new AppError('device_not_found', `There is no device "${id}" in this shop.`);
    return device;
  }

  /** Those of the ids that exist, by id; one command. */
  async byIds(shop: ShopDomain, ids: Iterable<string>): Promise<Map<string, Device>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    return new Map((await this.repository.findAll(shop, wanted)).map((device) => [device.id, device]));
  }

  /** @throws AppError `device_exists`, `variant_not_found`, `validation_failed` for a wrong IMEI */
  async create(shop: ShopDomain, { variantId, serial, imei, note = '' }: DeviceInput): Promise<Device> {
    if (imei !== undefined && !isImei(imei)) {
      const message = 'is no IMEI: 15 digits of which the last is the check digit';
      const errors = [{ field: 'imei', code: 'imei', message }];
      throw new AppError('validation_failed', `imei: ${message}`, { errors });
    }
    const variant = (await this.products.variants(shop, [variantId])).get(variantId);
    if (!variant) throw new AppError('variant_not_found', `There is no variant "${variantId}" in this shop.`);
    const { productId } = variant;
    return createOnce(
      'device',
      (id) => this.repository.find(shop, String(id)),
      async (id) => {
        const now = new Date();
        const device: Device = {
          ...{ id: String(id), shop, productId, variantId, serial, imei: imei ?? null, note },
          ...{ status: 'in_stock', orderId: null, lineId: null, version: 1, createdAt: now, updatedAt: now },
        };
        await this.insert(device);
        return device;
      },
    );
  }

  /**
   * Changes the note, or the state by hand; `assigned` and `sold` follow from orders.
   * @throws AppError `device_not_found`, `version_mismatch`, `invalid_transition`
   */
  async update(
    shop: ShopDomain,
    id: string,
    change: { status?: DeviceStatus; note?: string },
    version?: number,
  ): Promise<Device> {
    const current = await this.get(shop, id);
    if (version !== undefined && version !== current.version) throw outdated(current);
    const { status } = change;
    if (status !== undefined && status !== current.status)
      assertTransition(DEVICE_TRANSITIONS, current.status, status);
    const free = status === 'in_stock' ? { orderId: null, lineId: null } : {};
    const updated = await this.audit.recorded(
      (session) => this.repository.update(shop, current, { ...change, ...free }, session),
      (after) => after && deviceChange('updated', current, after),
    );
    if (!updated) throw outdated(await this.get(shop, id));
    return updated;
  }

  /** Gives units for an order line, in the caller's transaction. @throws AppError `device_unavailable` */
  async assign(
    shop: ShopDomain,
    ids: string[],
    line: { variantId: string; orderId: string; lineId: string },
    session: ClientSession,
  ): Promise<void> {
    if (await this.repository.assign(shop, ids, line, session)) return;
    const found = await this.repository.findAll(shop, ids, session);
    const gone = ids.find((id) => !found.some((device) => device.id === id));
    if (gone) throw new AppError('device_not_found', `There is no device "${gone}" in this shop.`);
    const other = found.find(({ variantId }) => variantId !== line.variantId);
    const taken = found.find(({ status }) => status !== 'in_stock');
    const why = other
      ? `"${other.serial}" is of another variant`
      : `"${taken?.serial ?? ''}" is ${taken?.status ?? 'taken'}`;
    throw new AppError('device_unavailable', `A device cannot be given for this line: ${why}.`);
  }

  /** Takes units, or all of them, back from an order that is not shipped. */
  async release(shop: ShopDomain, orderId: string, session: ClientSession, ids?: string[]): Promise<number> {
    const move = { from: 'assigned', to: 'in_stock', ...(ids ? { ids } : {}) } as const;
    return this.repository.moveOfOrder(shop, orderId, move, session);
  }

  /** The units of an order have left with it. */
  async ship(shop: ShopDomain, orderId: string, session: ClientSession): Promise<void> {
    await this.repository.moveOfOrder(shop, orderId, { from: 'assigned', to: 'sold' }, session);
  }

  /**
   * Units that left with an order came back; of those that are not `named` some may be back already.
   * @throws AppError `device_unavailable` for a named one that is
   */
  async takeBack(
    shop: ShopDomain,
    orderId: string,
    { ids, named }: { ids: string[]; named: boolean },
    to: 'in_stock' | 'returned',
    session: ClientSession,
  ): Promise<void> {
    if (ids.length === 0) return;
    const moved = await this.repository.moveOfOrder(shop, orderId, { from: 'sold', to, ids }, session);
    if (named && moved < ids.length)
      throw new AppError('device_unavailable', 'A unit of this return has come back already.');
  }

  private async insert(device: Device): Promise<void> {
    try {
      await this.audit.recorded(
        (session) => this.repository.insert(device, session),
        () => deviceChange('created', null, device),
      );
    } catch (error) {
      if (isDuplicateKey(error, 'shop_serial'))
        throw new AppError('device_exists', `The serial number "${device.serial}" is another device's.`);
      if (isDuplicateKey(error, 'shop_imei'))
        throw new AppError('device_exists', `The IMEI ${device.imei ?? ''} is another device's.`);
      throw error;
    }
  }
}

function outdated({ version }: Device): AppError {
  return new AppError('version_mismatch', `The device is at version ${version} now; read it again.`);
}

function deviceChange(action: AuditAction, before: Device | null, after: Device): AuditChange {
  return { action, resource: 'device', resourceId: after.id, shop: after.shop, before, after };
}

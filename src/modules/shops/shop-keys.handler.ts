import { Injectable } from '@nestjs/common';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import { EventHandler } from '../../platform/events/event-handler.js';
import type { DomainEvent } from '../../platform/events/event-type.js';
import { ApiKeysService } from '../identity/index.js';
import { shopUninstalled, type ShopEventData } from './shop.events.js';

/**
 * Ends the keys of a shop that left, also where the process died right after the uninstallation was stored: they
 * would be good again when the shop comes back. Keys issued since are not its.
 */
@Injectable()
export class ShopKeysHandler extends EventHandler {
  readonly name = 'shop-keys';
  readonly types = [shopUninstalled];

  constructor(private readonly keys: ApiKeysService) {
    super();
  }

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { data, at } of events as readonly DomainEvent<ShopEventData>[])
      await this.keys.revokeAll(data.shop as ShopDomain, at);
  }
}

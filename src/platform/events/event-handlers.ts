import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { StartupError } from '../../config/config.js';
import { EventHandler } from './event-handler.js';

/** The event handlers of this installation. */
@Injectable()
export class EventHandlers {
  private found: Map<string, EventHandler> | undefined;
  private readonly wanted = new Map<string, readonly string[]>();

  constructor(private readonly discovery: DiscoveryService) {}

  /** @throws StartupError when two share a name */
  all(): readonly EventHandler[] {
    return [...this.byName().values()];
  }

  of(name: string): EventHandler | undefined {
    return this.byName().get(name);
  }

  /** Who wants events of a type; asked with each event that is written. */
  wanting(type: string): readonly string[] {
    let wanting = this.wanted.get(type);
    if (!wanting) {
      const handlers = this.all().filter(({ types }) => types.some(({ name }) => name === type));
      this.wanted.set(type, (wanting = handlers.map(({ name }) => name)));
    }
    return wanting;
  }

  private byName(): Map<string, EventHandler> {
    if (this.found) return this.found;
    const found = new Map<string, EventHandler>();
    for (const { instance } of this.discovery.getProviders() as { instance: unknown }[]) {
      if (!(instance instanceof EventHandler)) continue;
      if (found.has(instance.name))
        throw new StartupError(`Two event handlers are called "${instance.name}".`);
      found.set(instance.name, instance);
    }
    return (this.found = found);
  }
}

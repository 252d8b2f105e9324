import { Module } from '@nestjs/common';
import { EventHandler } from '../../src/platform/events/event-handler.js';
import { eventTypes, type DomainEvent } from '../../src/platform/events/event-type.js';

/** A handler of a spec's own that wants every event of the catalogue, and the module that brings it. */
export function testHandler(
  name: string,
  handle: (events: readonly DomainEvent[]) => Promise<void>,
): new () => object {
  class TestHandler extends EventHandler {
    readonly name = name;
    readonly types = eventTypes();
    handle(events: readonly DomainEvent[]): Promise<void> {
      return handle(events);
    }
  }
  @Module({ providers: [TestHandler] })
  class TestModule {}
  return TestModule;
}

import { AppError } from '../../../kernel/errors.js';
import { eventTypes, type EventType } from '../../../platform/events/event-type.js';

/** Sent on request only: nothing that happens to a thing is it. */
export const WEBHOOK_TEST: EventType = {
  name: 'webhook.test',
  version: 1,
  description: 'Sent on request, to the one endpoint it is asked for, whatever types that wants.',
  schema: {
    type: 'object',
    properties: { endpoint: { type: 'string', minLength: 1, description: 'The endpoint it is sent to' } },
    required: ['endpoint'],
    additionalProperties: true, // fields may come
  },
  example: { endpoint: '6921b0d2a1f4b0a7c9e01234' },
};

/** What endpoints can be sent: every event of the catalogue, and the test. */
export function webhookEventTypes(): readonly EventType[] {
  return [...eventTypes(), WEBHOOK_TEST];
}

/** @throws AppError `validation_failed` for a name that is no event type's */
export function assertEventTypes(names: readonly string[] = []): void {
  const known = new Set(webhookEventTypes().map(({ name }) => name));
  const at = names.findIndex((name) => !known.has(name));
  if (at < 0) return;
  const message = `is no event type; there are ${[...known].join(', ')}`;
  throw new AppError('validation_failed', `"${names[at]}" ${message}.`, {
    errors: [{ field: `eventTypes.${at}`, code: 'event_type', message }],
  });
}

import type { Mail } from '../../../platform/mail/mail.js';
import type { DisabledReason } from './webhook-endpoint.schema.js';

/** Tells a shop that one of its endpoints is sent nothing any more. */
export function disabledMail(to: string, shopName: string, url: string, reason: DisabledReason): Mail {
  const why =
    reason === 'gone'
      ? 'It answered 410 Gone, which says that it will not come back.'
      : 'For days every delivery to it failed.';
  return {
    kind: 'webhook-disabled',
    to,
    subject: `A webhook endpoint of ${shopName} was disabled`,
    paragraphs: [
      `Entrepot sends no more events to ${url}. ${why}`,
      'Once it works again, enable it; what failed meanwhile can be replayed from its deliveries.',
    ],
    footnote: 'You get this because the endpoint is one of your shop.',
  };
}

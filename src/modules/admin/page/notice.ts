import { html, type Html } from './html.js';
import { EnumField } from '../../../platform/http/fields.js';

/** What a page says after a form of it was carried out. */
const NOTICES = {
  started: 'Started.',
  paused: 'Paused: it does not tick until it is resumed.',
  resumed: 'Resumed.',
  replayed: 'Queued again, with all its tries.',
  'all-replayed': 'Queued again, each with all its tries. Those that fail again come back here.',
  discarded: 'Discarded.',
} as const;
export type Notice = keyof typeof NOTICES;
const NAMES = Object.keys(NOTICES) as Notice[];

/** `?done=` in the address of a page. */
export const DoneField = () => EnumField(NAMES, { optional: true });

export function notice(done: Notice | undefined): Html | null {
  return done ? html`<p class="notice good" role="status">${NOTICES[done]}</p>` : null;
}

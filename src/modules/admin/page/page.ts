import type { Html } from './html.js';

/** What a handler of a page answers: the layout is put around it. Markup alone is sent as it is, for live parts. */
export interface Page {
  title: string;
  body: Html;
}

/** What a handler of a form answers: where to look next. */
export class SeeOther {
  constructor(readonly path: string) {}
}

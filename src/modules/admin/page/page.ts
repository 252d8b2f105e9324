import type { AssetName } from './assets.js';
import type { Html } from './html.js';

/** What a handler of a page answers: the layout is put around it. Markup alone is sent as it is, for live parts. */
export interface Page {
  title: string;
  body: Html;
  /** Scripts of this page alone, in their order. */
  scripts?: readonly AssetName[];
}

/** What a handler of a form answers: where to look next. */
export class SeeOther {
  constructor(readonly path: string) {}
}

/** What a handler answers a script of a page: sent as JSON. */
export class PageData {
  constructor(readonly value: object) {}
}

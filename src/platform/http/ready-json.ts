import type { PageDto } from './list.dto.js';

/** A body that is JSON already; `@Cached` handlers may give it. */
export class ReadyJson {
  constructor(readonly json: Buffer) {}
}

/** A list's, and the page it tells of. */
export class ReadyList extends ReadyJson {
  constructor(
    json: Buffer,
    readonly page: PageDto,
  ) {
    super(json);
  }
}

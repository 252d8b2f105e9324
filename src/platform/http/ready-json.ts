import type { PageDto } from './list.dto.js';

/** A list's body that is JSON already, and the page it tells of; `@Cached` handlers may give it. */
export class ReadyList {
  constructor(
    readonly json: Buffer,
    readonly page: PageDto,
  ) {}
}

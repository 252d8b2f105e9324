import { ApiProperty } from '@nestjs/swagger';
import { IntQuery, StringField } from './fields.js';

export const MAX_LIMIT = 250;
export const DEFAULT_LIMIT = 50;
export const MAX_OFFSET = 10_000;

/** Keyset pagination: stable under inserts, any depth costs the same. */
export class CursorQuery {
  @IntQuery({ min: 1, max: MAX_LIMIT, default: DEFAULT_LIMIT, description: 'Items on a page' })
  limit = DEFAULT_LIMIT;

  @StringField({
    optional: true,
    maxLength: 2_000,
    description: 'Continue after the page that gave this cursor',
  })
  cursor?: string;
}

/** Offset pagination with totals, for small sets. */
export class OffsetQuery {
  @IntQuery({ min: 1, max: MAX_LIMIT, default: DEFAULT_LIMIT, description: 'Items on a page' })
  limit = DEFAULT_LIMIT;

  @IntQuery({ min: 0, max: MAX_OFFSET, default: 0, description: 'Items to skip' })
  offset = 0;
}

export class PageDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Pass as `cursor` to read on; null on the last page',
  })
  nextCursor: string | null;
  @ApiProperty({ description: 'Whether there is more after this page' })
  hasMore: boolean;
  @ApiProperty({
    required: false,
    type: 'integer',
    description: 'Size of the whole set, where it is counted',
  })
  total?: number;
}

/** The body of every list. */
export interface List<Item> {
  data: Item[];
  page: PageDto;
}

/** An offset page with its total. */
export function offsetPage<Item>(data: Item[], { offset }: OffsetQuery, total: number): List<Item> {
  return { data, page: { nextCursor: null, hasMore: offset + data.length < total, total } };
}

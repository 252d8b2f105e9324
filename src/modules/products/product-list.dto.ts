import { Transform } from 'class-transformer';
import { IsIn } from 'class-validator';
import { CursorQuery } from '../../platform/http/list.dto.js';
import {
  BooleanQuery,
  DateField,
  EnumField,
  IntQuery,
  StringField,
  StringsField,
} from '../../platform/http/fields.js';
import { PRODUCT_FIELDS, type ProductField } from './product.dto.js';
import { PRODUCT_STATUSES, type ProductStatus } from './product.js';
import { DEFAULT_PRODUCT_SORT, PRODUCT_SORTS } from './products.query.js';

export class ListProductsQuery extends CursorQuery {
  @IntQuery({
    min: 0,
    max: 10_000,
    description: 'Items to skip, instead of a cursor; the page then tells the total',
  })
  offset?: number;

  @EnumField(PRODUCT_STATUSES, { optional: true, description: 'Whether it is on sale' })
  status?: ProductStatus;

  @StringField({
    optional: true,
    minLength: 1,
    example: 'Nordlys',
    description: 'The vendor, as it is written',
  })
  vendor?: string;

  @StringField({ optional: true, minLength: 1, example: 'Shirt', description: 'The type, as it is written' })
  productType?: string;

  @StringField({ optional: true, minLength: 1, example: 'summer', description: 'One of its tags' })
  tag?: string;

  @BooleanQuery({ description: 'Whether optimised texts were applied' })
  optimized?: boolean;

  @DateField({
    optional: true,
    example: '2026-11-01T00:00:00Z',
    description: 'Changed at or after this time',
  })
  updatedSince?: Date;

  @IntQuery({ min: 0, example: 1000, description: 'Some variant costs at least this, in minor units' })
  priceMin?: number;

  @IntQuery({ min: 0, example: 5000, description: 'Some variant costs at most this, in minor units' })
  priceMax?: number;

  @StringField({
    optional: true,
    minLength: 1,
    maxLength: 200,
    example: 'blue shirt',
    description: 'Words that all stand in title, handle, vendor, type, tags, SKU or barcode',
  })
  q?: string;

  @EnumField(PRODUCT_SORTS, {
    optional: true,
    default: DEFAULT_PRODUCT_SORT,
    description: '`-` for descending',
  })
  sort: string = DEFAULT_PRODUCT_SORT;

  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsIn(PRODUCT_FIELDS, { each: true })
  @StringsField({
    optional: true,
    maxItems: PRODUCT_FIELDS.length,
    unique: true,
    example: ['id', 'title', 'images'],
    description: 'Fields of each product, comma separated; a summary if absent',
  })
  fields?: ProductField[];
}

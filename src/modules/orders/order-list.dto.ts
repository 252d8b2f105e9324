import { CursorQuery } from '../../platform/http/list.dto.js';
import { DateField, EnumField, IdField, IntQuery, StringField } from '../../platform/http/fields.js';
import { ORDER_STATUSES, type OrderStatus } from './order.js';
import { DEFAULT_ORDER_SORT, ORDER_SORTS } from './orders.query.js';

export class ListOrdersQuery extends CursorQuery {
  @EnumField(ORDER_STATUSES, { optional: true, description: 'Is in this state' }) status?: OrderStatus;
  @IdField({ optional: true, description: 'Is of this customer' }) customerId?: string;
  @StringField({ optional: true, minLength: 1, example: 'gift', description: 'Has this tag' }) tag?: string;
  @IntQuery({ min: 1, example: 1042, description: 'The one with this number' }) number?: number;
  @DateField({
    optional: true,
    example: '2026-11-01T00:00:00Z',
    description: 'Created at or after this time',
  })
  createdFrom?: Date;
  @DateField({ optional: true, example: '2026-12-01T00:00:00Z', description: 'Created before this time' })
  createdTo?: Date;
  @IntQuery({ min: 0, example: 1000, description: 'Costs at least this, in minor units' }) totalMin?: number;
  @IntQuery({ min: 0, example: 50000, description: 'Costs at most this, in minor units' }) totalMax?: number;
  @EnumField(ORDER_SORTS, {
    optional: true,
    default: DEFAULT_ORDER_SORT,
    description: '`-` for descending; by `number` drafts are left out',
  })
  sort: string = DEFAULT_ORDER_SORT;
}

import { ApiProperty } from '@nestjs/swagger';
import { IsEmail } from 'class-validator';
import { CursorQuery, PageDto } from '../../platform/http/list.dto.js';
import { EnumField, StringField, StringsField } from '../../platform/http/fields.js';
import { CUSTOMER_SORTS, DEFAULT_CUSTOMER_SORT } from './customers.query.js';
import type { Customer } from './customer.js';

export class CustomerInputDto {
  @IsEmail()
  @StringField({
    optional: true,
    nullable: true,
    maxLength: 254,
    format: 'email',
    example: 'ada@example.com',
  })
  email?: string | null;
  @StringField({
    optional: true,
    nullable: true,
    maxLength: 40,
    example: '+4930901820',
    description: 'With its country; kept as E.164',
  })
  phone?: string | null;
  @StringField({ optional: true, maxLength: 100, example: 'Ada' }) firstName?: string;
  @StringField({ optional: true, maxLength: 100, example: 'Lovelace' }) lastName?: string;
  @StringField({
    optional: true,
    nullable: true,
    maxLength: 15,
    pattern: /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/,
    example: 'de',
    description: "BCP 47: what notices to them are written in; the shop's language if null",
  })
  language?: string | null;
  @StringField({ optional: true, maxLength: 5_000 }) note?: string;
  @StringsField({ optional: true, maxItems: 50, unique: true, example: ['wholesale'] }) tags?: string[];
}

export class ListCustomersQuery extends CursorQuery {
  @StringField({ optional: true, maxLength: 254, example: 'ada@example.com', description: 'In any case' })
  email?: string;
  @StringField({ optional: true, maxLength: 40, example: '+4930901820', description: 'With its country' })
  phone?: string;
  @StringField({ optional: true, minLength: 1, example: 'wholesale', description: 'Has this tag' })
  tag?: string;
  @EnumField(CUSTOMER_SORTS, {
    optional: true,
    default: DEFAULT_CUSTOMER_SORT,
    description: '`-` for descending',
  })
  sort: string = DEFAULT_CUSTOMER_SORT;
}

export class CustomerDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ type: String, nullable: true, example: 'ada@example.com' }) email: string | null;
  @ApiProperty({ type: String, nullable: true, example: '+4930901820' }) phone: string | null;
  @ApiProperty({ example: 'Ada' }) firstName: string;
  @ApiProperty({ example: 'Lovelace' }) lastName: string;
  @ApiProperty({ type: String, nullable: true, example: 'de' }) language: string | null;
  @ApiProperty() note: string;
  @ApiProperty({ type: [String] }) tags: string[];
  @ApiProperty({ type: 'integer', description: 'The ETag of the resource' }) version: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty() updatedAt: Date;
}

export class CustomerListDto {
  @ApiProperty({ type: [CustomerDto] }) data: CustomerDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toCustomerDto({ shop: _, ...customer }: Customer): CustomerDto {
  return customer;
}

import { PartialType } from '@nestjs/swagger';
import { ArrayMinSize } from 'class-validator';
import { WHOLE_RATE } from '../../kernel/allocation.js';
import {
  BooleanField,
  EnumField,
  IdField,
  IntField,
  ObjectField,
  ObjectsField,
  StringField,
  StringsField,
} from '../../platform/http/fields.js';
import { DISCOUNT_TYPES, type DiscountType } from './pricing/price-order.js';

/** Sums of so many lines of so many pieces stay safe integers only below this; the rest is checked when priced. */
const MAX_AMOUNT = 1_000_000_000_000;
const MAX_QUANTITY = 1_000_000;
const MAX_LINES = 200;
const DEVICE_ID = /^[0-9a-f]{24}$/;
const CURRENCY = /^[A-Z]{3}$/;
const MINOR = "Minor units of the order's currency";

export class OrderLineInput {
  @IdField() variantId: string;
  @IntField({ min: 1, max: MAX_QUANTITY, example: 2 }) quantity: number;
  @IntField({
    optional: true,
    min: 0,
    max: MAX_AMOUNT,
    example: 4299,
    description: `${MINOR}; the catalogue's price if absent`,
  })
  unitPrice?: number;
  @IdField({ optional: true, description: 'Where to take the pieces from; wherever they are if absent' })
  locationId?: string;
}

export class DiscountInput {
  @EnumField(DISCOUNT_TYPES, { example: 'percentage' }) type: DiscountType;
  @IntField({
    min: 0,
    max: MAX_AMOUNT,
    example: 100_000,
    description: 'Fixed: minor units. Percentage: parts per million, 100 000 is 10 %',
  })
  value: number;
  @StringField({ optional: true, maxLength: 100, example: 'WELCOME10' }) title?: string;
  @IntField({
    optional: true,
    min: 0,
    max: MAX_LINES - 1,
    example: 0,
    description: 'Position of the only line it is for; off all of them if absent',
  })
  line?: number;
}

export class TaxInput {
  @StringField({ minLength: 1, maxLength: 100, example: 'VAT' }) title: string;
  @IntField({
    min: 0,
    max: WHOLE_RATE,
    example: 190_000,
    description: 'Parts per million: 190 000 is 19 %',
  })
  rate: number;
}

export class ShippingInput {
  @StringField({ optional: true, maxLength: 100, example: 'Standard' }) title?: string;
  @IntField({ min: 0, max: MAX_AMOUNT, example: 490, description: MINOR }) amount: number;
  @BooleanField({ optional: true, default: true }) taxable?: boolean;
}

export class PostalAddressDto {
  @StringField({ minLength: 1, maxLength: 200, example: 'Ada Lovelace' }) name: string;
  @StringField({ minLength: 1, maxLength: 200, example: 'Karl Johans gate 1' }) line1: string;
  @StringField({ optional: true, maxLength: 200 }) line2?: string;
  @StringField({ minLength: 1, maxLength: 20, example: '0154' }) postalCode: string;
  @StringField({ minLength: 1, maxLength: 100, example: 'Oslo' }) city: string;
  @StringField({ optional: true, maxLength: 100 }) region?: string;
  @StringField({ pattern: /^[A-Z]{2}$/, maxLength: 2, example: 'NO' }) country: string;
  @StringField({ optional: true, maxLength: 40 }) phone?: string;
}

/** What a caller writes of an order. */
class OrderFields {
  @IdField({ optional: true, nullable: true }) customerId?: string | null;
  @StringField({
    optional: true,
    pattern: CURRENCY,
    maxLength: 3,
    example: 'EUR',
    description: "The shop's if absent; in another one each line states its `unitPrice`",
  })
  currency?: string;
  @ObjectsField(() => OrderLineInput, { maxItems: MAX_LINES }) lines: OrderLineInput[];
  @ObjectsField(() => DiscountInput, {
    optional: true,
    maxItems: 20,
    description: 'Applied one after another',
  })
  discounts?: DiscountInput[];
  @ObjectsField(() => TaxInput, {
    optional: true,
    maxItems: 10,
    description: 'On taxable lines and shipping',
  })
  taxes?: TaxInput[];
  @BooleanField({ optional: true, default: false, description: 'Whether prices include the taxes' })
  taxesIncluded?: boolean;
  @ObjectField(() => ShippingInput, { optional: true, nullable: true }) shipping?: ShippingInput | null;
  @ObjectField(() => PostalAddressDto, { optional: true, nullable: true })
  shippingAddress?: PostalAddressDto | null;
  @ObjectField(() => PostalAddressDto, { optional: true, nullable: true })
  billingAddress?: PostalAddressDto | null;
  @StringField({ optional: true, maxLength: 5_000, example: 'Leave at the door' }) note?: string;
  @StringsField({ optional: true, maxItems: 50, unique: true, example: ['gift'] }) tags?: string[];
}

export class CreateOrderDto extends OrderFields {
  @BooleanField({
    optional: true,
    default: false,
    description: 'Without number and stock until it is placed',
  })
  draft?: boolean;
}

/** What is sold can be changed in drafts only. */
export class UpdateOrderDto extends PartialType(OrderFields, { skipNullProperties: false }) {}

export class CommentDto {
  @StringField({ minLength: 1, maxLength: 5_000, example: 'Customer called: deliver after 5 pm' })
  message: string;
}

export class PaymentInputDto {
  @IntField({ min: 0, example: 8598, description: `${MINOR}: the order's total` }) amount: number;
  @StringField({ pattern: CURRENCY, maxLength: 3, example: 'EUR' }) currency: string;
  @StringField({
    minLength: 1,
    maxLength: 200,
    example: 'pi_3Q1x',
    description: 'What the payment provider calls it; once in a shop',
  })
  reference: string;
  @StringField({ optional: true, maxLength: 100, example: 'card' }) method?: string;
}

export class LineQuantityDto {
  @IdField() lineId: string;
  @IntField({ min: 1, max: MAX_QUANTITY, example: 1 }) quantity: number;
}

export class RefundInputDto {
  @ObjectsField(() => LineQuantityDto, { optional: true, maxItems: MAX_LINES }) lines?: LineQuantityDto[];
  @IntField({ optional: true, min: 1, example: 490, description: `Of the shipping; ${MINOR}` })
  shipping?: number;
  @IntField({ optional: true, min: 1, example: 500, description: `Instead of lines and shipping; ${MINOR}` })
  amount?: number;
  @StringField({ optional: true, maxLength: 500, example: 'Damaged' }) reason?: string;
}

export class ReturnedLineInput extends LineQuantityDto {
  @StringsField({
    ...{ optional: true, maxItems: 1_000, unique: true, maxLength: 24, pattern: DEVICE_ID },
    description: 'Units that came back; all of them without a name when all pieces of the line do',
  })
  deviceIds?: string[];
}

export class ReturnInputDto {
  @ObjectsField(() => ReturnedLineInput, { maxItems: MAX_LINES }) lines: ReturnedLineInput[];
  @BooleanField({ optional: true, default: true, description: 'Whether the pieces are for sale again' })
  restock?: boolean;
  @StringField({ optional: true, maxLength: 500, example: 'Too small' }) reason?: string;
}

export class FulfilmentInputDto {
  @StringField({ optional: true, maxLength: 200, description: 'What moves the goods' }) reference?: string;
  @StringField({ optional: true, maxLength: 200, example: 'Polar Express' }) carrier?: string;
  @StringField({ optional: true, maxLength: 200, example: 'PE123456789NO' }) trackingNumber?: string;
}

export class CancelOrderDto {
  @StringField({ optional: true, maxLength: 500, example: 'Customer changed their mind' }) reason?: string;
}

export class CancellationInputDto {
  @ArrayMinSize(1)
  @ObjectsField(() => LineQuantityDto, { maxItems: MAX_LINES })
  lines: LineQuantityDto[];
  @BooleanField({ optional: true, default: true, description: 'Whether what they cost is given back now' })
  refund?: boolean;
  @StringField({ optional: true, maxLength: 500, example: 'Out of stock after all' }) reason?: string;
}

export class AssignDevicesDto {
  @StringsField({ minItems: 1, maxItems: 1_000, unique: true, maxLength: 24, pattern: DEVICE_ID })
  deviceIds: string[];
}

import { IsUrl } from 'class-validator';
import { PartialType } from '@nestjs/swagger';
import {
  BooleanField,
  EnumField,
  IntField,
  ObjectField,
  ObjectsField,
  StringField,
  StringsField,
} from '../../platform/http/fields.js';
import {
  MAX_ALT_TEXT_LENGTH,
  MAX_GRAMS,
  MAX_IMAGES,
  MAX_NAME_LENGTH,
  MAX_OPTIONS,
  MAX_QUANTITY,
  MAX_TAGS,
  MAX_URL_LENGTH,
  MAX_VARIANTS,
} from './import/csv/limits.js';
import {
  INVENTORY_POLICIES,
  PRODUCT_STATUSES,
  WEIGHT_UNITS,
  type InventoryPolicy,
  type ProductStatus,
  type WeightUnit,
} from './product.js';

const MAX_PRICE = 1_000_000_000_000;
const MAX_HTML = 500_000;
/** Lower-case letters and digits of any script, joined by single hyphens: what Shopify makes of a handle. */
const HANDLE = /^[\p{Ll}\p{Lo}\p{M}\p{N}_]+(?:-+[\p{Ll}\p{Lo}\p{M}\p{N}_]+)*$/u;

export class ExtraColumnInput {
  @StringField({ minLength: 1, maxLength: 255, example: 'Google Shopping / Condition' }) column: string;
  @StringField({ maxLength: 65_000, example: 'new' }) value: string;
}

export class ProductOptionInput {
  @StringField({ minLength: 1, example: 'Size' }) name: string;
  @StringField({ optional: true, example: 'product.metafields.shopify.size' }) linkedTo?: string;
}

export class VariantInput {
  @StringsField({
    optional: true,
    maxItems: MAX_OPTIONS,
    example: ['Medium'],
    description: "One value per option, in the options' order",
  })
  optionValues?: string[];
  @StringField({ optional: true, example: 'TEE-M' }) sku?: string;
  @StringField({ optional: true, example: '4006381333931' }) barcode?: string;
  @IntField({ min: 0, max: MAX_PRICE, example: 4299, description: "Minor units of the shop's currency" })
  price: number;
  @IntField({ optional: true, nullable: true, min: 0, max: MAX_PRICE, example: 4999 }) compareAtPrice?:
    number | null;
  @StringField({ optional: true, example: 'shopify' }) inventoryTracker?: string;
  @IntField({ optional: true, min: -MAX_QUANTITY, max: MAX_QUANTITY, example: 12 })
  inventoryQuantity?: number;
  @EnumField(INVENTORY_POLICIES, { optional: true }) inventoryPolicy?: InventoryPolicy;
  @StringField({ optional: true, example: 'manual' }) fulfillmentService?: string;
  @IntField({ optional: true, min: 0, max: MAX_GRAMS, example: 180 }) grams?: number;
  @EnumField(WEIGHT_UNITS, { optional: true }) weightUnit?: WeightUnit;
  @BooleanField({ optional: true }) requiresShipping?: boolean;
  @BooleanField({ optional: true }) taxable?: boolean;
  @StringField({ optional: true }) taxCode?: string;
  @StringField({
    optional: true,
    nullable: true,
    maxLength: MAX_URL_LENGTH,
    description: 'Address of one of the images',
  })
  imageSrc?: string | null;
  @ObjectsField(() => ExtraColumnInput, { optional: true, maxItems: 200 }) extra?: ExtraColumnInput[];
}

export class ImageInput {
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  @StringField({ maxLength: MAX_URL_LENGTH, example: 'https://cdn.example.com/tee.jpg' })
  src: string;
  @StringField({ optional: true, maxLength: MAX_ALT_TEXT_LENGTH, example: 'Blue tee, front' })
  altText?: string;
  @ObjectsField(() => ExtraColumnInput, { optional: true, maxItems: 200 }) extra?: ExtraColumnInput[];
}

export class SeoInput {
  @StringField({ optional: true, maxLength: 1_000 }) title?: string;
  @StringField({ optional: true, maxLength: 5_000 }) description?: string;
}

export class CreateProductDto {
  @StringField({ minLength: 1, maxLength: MAX_NAME_LENGTH, example: 'Ocean Blue Shirt' }) title: string;
  @StringField({
    optional: true,
    minLength: 1,
    maxLength: MAX_NAME_LENGTH,
    pattern: HANDLE,
    example: 'ocean-blue-shirt',
    description: 'Made from the title if absent',
  })
  handle?: string;
  @StringField({ optional: true, maxLength: MAX_HTML, example: '<p>Soft cotton.</p>' })
  descriptionHtml?: string;
  @StringField({ optional: true, maxLength: MAX_NAME_LENGTH, example: 'Nordlys' }) vendor?: string;
  @StringField({ optional: true, maxLength: MAX_NAME_LENGTH, example: 'Shirt' }) productType?: string;
  @StringField({ optional: true, maxLength: 1_000 }) productCategory?: string;
  @StringsField({ optional: true, maxItems: MAX_TAGS, unique: true, example: ['men', 'summer'] })
  tags?: string[];
  @EnumField(PRODUCT_STATUSES, { optional: true, default: 'active' }) status?: ProductStatus;
  @BooleanField({ optional: true, default: true }) published?: boolean;
  @BooleanField({ optional: true, default: false }) giftCard?: boolean;
  @ObjectsField(() => ProductOptionInput, { optional: true, maxItems: MAX_OPTIONS })
  options?: ProductOptionInput[];
  @ObjectsField(() => VariantInput, {
    optional: true,
    maxItems: MAX_VARIANTS,
    description: 'One variant at price 0 if absent',
  })
  variants?: VariantInput[];
  @ObjectsField(() => ImageInput, { optional: true, maxItems: MAX_IMAGES, description: 'In display order' })
  images?: ImageInput[];
  @ObjectField(() => SeoInput, { optional: true }) seo?: SeoInput;
  @ObjectsField(() => ExtraColumnInput, { optional: true, maxItems: 200 }) extra?: ExtraColumnInput[];
}

/** A field that is given replaces the stored one whole; variants keep their ids by option values, images by address. */
export class UpdateProductDto extends PartialType(CreateProductDto, { skipNullProperties: false }) {}

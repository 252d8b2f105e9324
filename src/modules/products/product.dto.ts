import { ApiProperty, PartialType } from '@nestjs/swagger';
import { BsonToJson, JsonFields } from '../../platform/database/bson-json.js';
import { PageDto } from '../../platform/http/list.dto.js';
import { ReadyJson, ReadyList } from '../../platform/http/ready-json.js';
import {
  INVENTORY_POLICIES,
  PRODUCT_STATUSES,
  WEIGHT_UNITS,
  type InventoryPolicy,
  type ProductStatus,
  type WeightUnit,
} from './product.js';
import type { ProductDocument } from './product.schema.js';

export class ExtraColumnDto {
  @ApiProperty({ example: 'Google Shopping / Condition' }) column: string;
  @ApiProperty({ example: 'new' }) value: string;
}

export class ProductOptionDto {
  @ApiProperty({ example: 'Size' }) name: string;
  @ApiProperty({ required: false, example: 'product.metafields.shopify.size' }) linkedTo?: string;
}

export class VariantDto {
  @ApiProperty() id: string;
  @ApiProperty({
    type: [String],
    example: ['Medium'],
    description: "One value per option, in the options' order",
  })
  optionValues: string[];
  @ApiProperty({ example: 'TEE-M' }) sku: string;
  @ApiProperty({ example: '4006381333931' }) barcode: string;
  @ApiProperty({ type: 'integer', example: 4299, description: 'Minor units' }) price: number;
  @ApiProperty({ type: 'integer', nullable: true, example: 4999 }) compareAtPrice: number | null;
  @ApiProperty({ example: 'shopify', description: 'Who tracks the stock; empty when nobody does' })
  inventoryTracker: string;
  @ApiProperty({ type: 'integer', example: 12 }) inventoryQuantity: number;
  @ApiProperty({ enum: INVENTORY_POLICIES }) inventoryPolicy: InventoryPolicy;
  @ApiProperty({ example: 'manual' }) fulfillmentService: string;
  @ApiProperty({ example: 180 }) grams: number;
  @ApiProperty({ enum: WEIGHT_UNITS }) weightUnit: WeightUnit;
  @ApiProperty() requiresShipping: boolean;
  @ApiProperty() taxable: boolean;
  @ApiProperty({ example: '' }) taxCode: string;
  @ApiProperty({ type: String, nullable: true, description: 'Address of one of the images' }) imageSrc:
    string | null;
  @ApiProperty({ type: [ExtraColumnDto] }) extra: ExtraColumnDto[];
}

export class ImageDto {
  @ApiProperty() id: string;
  @ApiProperty({ example: 'https://cdn.example.com/tee.jpg' }) src: string;
  @ApiProperty({ example: 'Blue tee, front' }) altText: string;
  @ApiProperty({ type: [ExtraColumnDto], required: false }) extra?: ExtraColumnDto[];
}

export class SeoDto {
  @ApiProperty() title: string;
  @ApiProperty() description: string;
  @ApiProperty({ required: false, description: 'When optimised texts were last applied' }) optimized?: Date;
}

export class ProductDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ example: 'ocean-blue-shirt' }) handle: string;
  @ApiProperty({ example: 'Ocean Blue Shirt' }) title: string;
  @ApiProperty() descriptionHtml: string;
  @ApiProperty({ example: 'Nordlys' }) vendor: string;
  @ApiProperty({ example: 'Shirt' }) productType: string;
  @ApiProperty({ example: 'Apparel & Accessories > Clothing' }) productCategory: string;
  @ApiProperty({ type: [String], example: ['men', 'summer'] }) tags: string[];
  @ApiProperty({ enum: PRODUCT_STATUSES }) status: ProductStatus;
  @ApiProperty({ description: 'Visible on the online store' }) published: boolean;
  @ApiProperty() giftCard: boolean;
  @ApiProperty() optimized: boolean;
  @ApiProperty({ example: 'EUR' }) currency: string;
  @ApiProperty({ type: 'integer', example: 4299 }) priceMin: number;
  @ApiProperty({ type: 'integer', example: 4999 }) priceMax: number;
  @ApiProperty({ type: 'integer', example: 42 }) inventoryTotal: number;
  @ApiProperty({ type: [ProductOptionDto] }) options: ProductOptionDto[];
  @ApiProperty({ type: [VariantDto] }) variants: VariantDto[];
  @ApiProperty({ type: [ImageDto], description: 'In display order' }) images: ImageDto[];
  @ApiProperty() seo: SeoDto;
  @ApiProperty({
    type: [ExtraColumnDto],
    description: 'Columns of an imported file that the catalogue does not model',
  })
  extra: ExtraColumnDto[];
  @ApiProperty({ type: 'integer', description: 'The ETag of the resource' }) version: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty() updatedAt: Date;
}

/** Fields of a product that a list can be asked for. */
export const PRODUCT_FIELDS = [
  'id',
  'handle',
  'title',
  'descriptionHtml',
  'vendor',
  'productType',
  'productCategory',
  'tags',
  'status',
  'published',
  'giftCard',
  'optimized',
  'currency',
  'priceMin',
  'priceMax',
  'inventoryTotal',
  'options',
  'variants',
  'images',
  'seo',
  'extra',
  'version',
  'createdAt',
  'updatedAt',
] as const satisfies readonly (keyof ProductDto)[];
export type ProductField = (typeof PRODUCT_FIELDS)[number];

/** What a list shows unless asked for other fields. */
export const SUMMARY_FIELDS: readonly ProductField[] = PRODUCT_FIELDS.filter(
  (field) => !['descriptionHtml', 'options', 'variants', 'seo', 'extra', 'images'].includes(field),
);

/** A product in a list: the fields that were asked for. */
export class ListedProductDto extends PartialType(ProductDto) {}

export class ProductListDto {
  @ApiProperty({
    type: [ListedProductDto],
    description: 'Each with the fields asked for; a summary by default',
  })
  data: ListedProductDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

/** The fields of a stored product in the order of `PRODUCT_FIELDS`; absent ones (not projected) are left out. */
export function toProductDto(
  document: ProductDocument,
  fields: readonly ProductField[] = PRODUCT_FIELDS,
): Partial<ProductDto> {
  const dto: Partial<Record<ProductField, unknown>> = {};
  for (const field of fields) dto[field] = field === 'id' ? String(document._id) : document[field];
  return dto as Partial<ProductDto>;
}

const WHOLE = jsonFields(PRODUCT_FIELDS);

/** What `toProductDto` gives of a product as BSON, without decoding it, and its version. */
export function toReadyProduct(product: Uint8Array): { body: ReadyJson; version: number } {
  const body = new ReadyJson(new BsonToJson().document(product, WHOLE).bytes());
  return { body, version: WHOLE.int(product, 'version') };
}

/** The body of a list, of products as BSON: what `toProductDto` gives of each, without decoding them. */
export function toProductList(
  products: readonly Uint8Array[],
  fields: readonly ProductField[],
  page: PageDto,
): ReadyList {
  const names = jsonFields(fields);
  const json = new BsonToJson().text('{"data":[');
  products.forEach((product, n) => json.text(n === 0 ? '' : ',').document(product, names));
  return new ReadyList(json.text(`],"page":${JSON.stringify(page)}}`).bytes(), page);
}

function jsonFields(fields: readonly ProductField[]): JsonFields {
  return new JsonFields(fields.map((field) => [field === 'id' ? '_id' : field, field]));
}

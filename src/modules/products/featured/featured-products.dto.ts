import { ApiProperty, PickType } from '@nestjs/swagger';
import { OBJECT_ID } from '../../../kernel/object-id.js';
import { PageDto } from '../../../platform/http/list.dto.js';
import { StringsField } from '../../../platform/http/fields.js';
import { ImageDto, ProductDto } from '../product.dto.js';
import type { ShownProduct } from '../products.repository.js';
import type { FeaturedSelection } from './featured-products.repository.js';

/** A window, not a catalogue; what is more belongs into a tag. */
export const MAX_FEATURED = 50;

/** What customers may know of a product: nothing of stock, drafts or imports. */
export class FeaturedProductDto extends PickType(ProductDto, [
  'id',
  'handle',
  'title',
  'vendor',
  'productType',
  'tags',
  'currency',
  'priceMin',
  'priceMax',
] as const) {
  @ApiProperty({ type: ImageDto, nullable: true, description: 'The first in display order' })
  image: Pick<ImageDto, 'id' | 'src' | 'altText'> | null;
}

export class FeaturedProductListDto {
  @ApiProperty({ type: [FeaturedProductDto], description: "In the shop's order" })
  data: FeaturedProductDto[];
  @ApiProperty({ type: PageDto, description: 'All of them are on one page' }) page: PageDto;
}

export class ArrangeFeaturedProductsDto {
  @StringsField({
    maxItems: MAX_FEATURED,
    maxLength: 24,
    unique: true,
    pattern: OBJECT_ID,
    example: ['6921b0d2a1f4b0a7c9e01234'],
    description: 'Products in the order they are shown in; none for an empty window',
  })
  productIds: string[];
}

export class FeaturedSelectionDto implements FeaturedSelection {
  @ApiProperty({ type: [String], description: 'In their order, those that are not on sale too' })
  productIds: string[];
  @ApiProperty({ type: 'integer', description: 'The ETag of the list; 0 before it was first arranged' })
  version: number;
}

export function toFeaturedProductDto({ _id, images: [first], ...product }: ShownProduct): FeaturedProductDto {
  const { handle, title, vendor, productType, tags, currency, priceMin, priceMax } = product;
  const image = first ? { id: String(first.id), src: first.src, altText: first.altText } : null;
  return {
    id: String(_id),
    ...{ handle, title, vendor, productType, tags, currency, priceMin, priceMax, image },
  };
}

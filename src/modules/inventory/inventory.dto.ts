import { ApiProperty } from '@nestjs/swagger';
import { CursorQuery, PageDto } from '../../platform/http/list.dto.js';
import { BooleanField, IdField, IntField, StringField } from '../../platform/http/fields.js';
import type { InventoryLevel } from './inventory-level.js';
import type { Location } from './location.js';

const MAX_PIECES = 1_000_000_000;

export class CreateLocationDto {
  @StringField({ minLength: 1, maxLength: 100, example: 'Warehouse Oslo' }) name: string;
  @StringField({ optional: true, maxLength: 500 }) address?: string;
}

export class UpdateLocationDto {
  @StringField({ optional: true, minLength: 1, maxLength: 100 }) name?: string;
  @StringField({ optional: true, maxLength: 500 }) address?: string;
  @BooleanField({ optional: true, description: 'Stock of an inactive location is not sold' })
  active?: boolean;
}

export class LocationDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ example: 'Warehouse Oslo' }) name: string;
  @ApiProperty() address: string;
  @ApiProperty({ description: 'Stock is taken from here first' }) isDefault: boolean;
  @ApiProperty() active: boolean;
  @ApiProperty({ type: 'integer', description: 'The ETag of the resource' }) version: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty() updatedAt: Date;
}

export class LocationListDto {
  @ApiProperty({ type: [LocationDto] }) data: LocationDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export class ListLevelsQuery extends CursorQuery {
  @IdField({ optional: true, description: 'Of this variant' }) variantId?: string;
  @IdField({ optional: true, description: 'At this location' }) locationId?: string;
}

export class InventoryLevelDto {
  @ApiProperty() variantId: string;
  @ApiProperty() productId: string;
  @ApiProperty() locationId: string;
  @ApiProperty({ type: 'integer', example: 95, description: 'For sale' }) available: number;
  @ApiProperty({ type: 'integer', example: 2, description: 'Reserved by orders that are not paid yet' })
  held: number;
  @ApiProperty({ type: 'integer', example: 3, description: 'Paid, not shipped yet' }) committed: number;
  @ApiProperty({ type: 'integer', example: 100, description: 'What lies there' }) onHand: number;
  @ApiProperty() updatedAt: Date;
}

export class InventoryLevelListDto {
  @ApiProperty({ type: [InventoryLevelDto] }) data: InventoryLevelDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export class AdjustInventoryDto {
  @IdField() variantId: string;
  @IdField({ optional: true, description: 'The default location if absent' }) locationId?: string;
  @IntField({
    optional: true,
    min: 0,
    max: MAX_PIECES,
    example: 100,
    description: 'What is for sale from now on; either this or `delta`',
  })
  available?: number;
  @IntField({ optional: true, min: -MAX_PIECES, max: MAX_PIECES, example: -2, description: 'Pieces to add' })
  delta?: number;
  @StringField({ optional: true, maxLength: 200, example: 'stocktaking' }) reason?: string;
}

export function toLocationDto({ shop: _, ...location }: Location): LocationDto {
  return location;
}

export function toLevelDto(level: InventoryLevel): InventoryLevelDto {
  const { variantId, productId, locationId, available, held, committed, updatedAt } = level;
  const onHand = available + held + committed;
  return { variantId, productId, locationId, available, held, committed, onHand, updatedAt };
}

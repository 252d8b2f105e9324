import { ApiProperty } from '@nestjs/swagger';
import { CursorQuery, PageDto } from '../../platform/http/list.dto.js';
import { EnumField, IdField, StringField } from '../../platform/http/fields.js';
import { DEVICE_STATUSES, type Device, type DeviceStatus } from './device.js';

export class CreateDeviceDto {
  @IdField() variantId: string;
  @StringField({ minLength: 1, maxLength: 100, pattern: /^\S(.*\S)?$/, example: 'C39K1234ABCD' })
  serial: string;
  @StringField({ optional: true, maxLength: 15, example: '490154203237518', description: '15 digits' })
  imei?: string;
  @StringField({ optional: true, maxLength: 5_000 }) note?: string;
}

export class UpdateDeviceDto {
  @EnumField(DEVICE_STATUSES, { optional: true, description: '`assigned` and `sold` follow from orders' })
  status?: DeviceStatus;
  @StringField({ optional: true, maxLength: 5_000 }) note?: string;
}

export class ListDevicesQuery extends CursorQuery {
  @EnumField(DEVICE_STATUSES, { optional: true, description: 'Is in this state' }) status?: DeviceStatus;
  @IdField({ optional: true, description: 'Is of this variant' }) variantId?: string;
  @StringField({
    optional: true,
    maxLength: 100,
    example: 'C39K1234ABCD',
    description: 'The one with this number',
  })
  serial?: string;
  @StringField({
    optional: true,
    maxLength: 15,
    example: '490154203237518',
    description: 'The one with this number',
  })
  imei?: string;
}

export class DeviceDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty() productId: string;
  @ApiProperty() variantId: string;
  @ApiProperty({ example: 'C39K1234ABCD' }) serial: string;
  @ApiProperty({ type: String, nullable: true, example: '490154203237518' }) imei: string | null;
  @ApiProperty({ enum: DEVICE_STATUSES }) status: DeviceStatus;
  @ApiProperty({ type: String, nullable: true, description: 'The order it is given for' }) orderId:
    string | null;
  @ApiProperty({ type: String, nullable: true }) lineId: string | null;
  @ApiProperty() note: string;
  @ApiProperty({ type: 'integer', description: 'The ETag of the resource' }) version: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty() updatedAt: Date;
}

export class DeviceListDto {
  @ApiProperty({ type: [DeviceDto] }) data: DeviceDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toDeviceDto({ shop: _, ...device }: Device): DeviceDto {
  return device;
}

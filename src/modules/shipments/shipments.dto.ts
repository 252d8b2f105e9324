import { ApiProperty, OmitType } from '@nestjs/swagger';
import { EnumField, IdField, ObjectField, ObjectsField, StringField } from '../../platform/http/fields.js';
import { TRANSPORT_TYPES, type TransportType } from '../carriers/index.js';
import { LineQuantityDto, ShipmentDto, toShipmentDto, type Shipment } from '../orders/index.js';
import { GoodsDto, StopDto } from '../transport-orders/index.js';

const MAX_LINES = 500;
const MAX_GOODS = 100;
const OF_ORDER = 'That of the order if absent';

export class DeliveryDto extends OmitType(StopDto, ['name', 'address', 'postalCode', 'city', 'country']) {
  @StringField({ optional: true, minLength: 1, maxLength: 200, description: OF_ORDER }) name?: string;
  @StringField({ optional: true, minLength: 1, maxLength: 300, description: OF_ORDER }) address?: string;
  @StringField({ optional: true, maxLength: 20, description: OF_ORDER }) postalCode?: string;
  @StringField({ optional: true, minLength: 1, maxLength: 100, description: OF_ORDER }) city?: string;
  @StringField({ optional: true, pattern: /^[A-Z]{2}$/, maxLength: 2, description: OF_ORDER })
  country?: string;
}

export class TravelDto {
  @EnumField(TRANSPORT_TYPES, { example: 'ltl' }) transportType: TransportType;
  @ObjectField(() => StopDto) pickup: StopDto;
  @ObjectField(() => DeliveryDto, { description: 'The point is needed: an order has none' })
  delivery: DeliveryDto;
  @ObjectsField(() => GoodsDto, {
    ...{ optional: true, maxItems: MAX_GOODS },
    description: 'What a vehicle carries; one item by the weights of the lines if absent',
  })
  goods?: GoodsDto[];
  @StringField({ optional: true, maxLength: 2_000, example: 'Ring at gate 3' }) note: string = '';
}

export class RequestShipmentDto {
  @ObjectsField(() => LineQuantityDto, {
    ...{ optional: true, maxItems: MAX_LINES },
    description: 'Pieces of lines; whatever is left if absent',
  })
  lines?: LineQuantityDto[];
  @IdField({ optional: true, description: 'The location they lie at; needed when they lie at several' })
  locationId?: string;
  @ObjectField(() => TravelDto) transport: TravelDto;
}

/** A shipment with the order that it is of. */
export class OrderShipmentDto extends ShipmentDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e05678' }) orderId: string;
}

export function toOrderShipment(orderId: string, shipment: Shipment): OrderShipmentDto {
  return { orderId, ...toShipmentDto(shipment) };
}

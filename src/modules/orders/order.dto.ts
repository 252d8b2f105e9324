import { ApiProperty } from '@nestjs/swagger';
import { PageDto } from '../../platform/http/list.dto.js';
import { CustomerDto, toCustomerDto } from '../customers/index.js';
import { DeviceDto, toDeviceDto } from '../devices/index.js';
import { ORDER_STATUSES, PAYMENT_STATUSES, paymentStatusOf, SHIPMENT_STATUSES, type Order } from './order.js';
import type { OrderStatus, PaymentStatus, Shipment, ShipmentStatus } from './order.js';
import { PostalAddressDto } from './order-input.dto.js';
import type { OrderSurroundings } from './order-view.service.js';
import { DISCOUNT_TYPES, type DiscountType } from './pricing/price-order.js';

const Amount = (example = 4299) => ApiProperty({ type: 'integer', example, description: 'Minor units' });
const Quantity = () => ApiProperty({ type: 'integer', example: 1 });
const OrNull = (type: StringConstructor | DateConstructor) => ApiProperty({ type, nullable: true });

export class TaxRateDto {
  @ApiProperty({ example: 'VAT' }) title: string;
  @ApiProperty({ type: 'integer', example: 190_000, description: 'Parts per million' }) rate: number;
}

export class TaxLineDto extends TaxRateDto {
  @Amount(686) amount: number;
}

/** The variant as the catalogue has it now. */
export class OrderVariantDto {
  @ApiProperty() title: string;
  @ApiProperty({ example: 'ocean-blue-shirt' }) handle: string;
  @ApiProperty({ type: [String], example: ['Medium'] }) optionValues: string[];
  @ApiProperty({ example: 'TEE-M' }) sku: string;
  @Amount() price: number;
  @OrNull(String) imageSrc: string | null;
}

class PricedDto {
  @Amount() subtotal: number;
  @Amount(0) discount: number;
  @ApiProperty({ type: [TaxLineDto] }) taxes: TaxLineDto[];
  @Amount(686) tax: number;
  @ApiProperty({ type: 'integer', example: 4299, description: 'What the customer pays, in minor units' })
  total: number;
  @Amount(0) refundedAmount: number;
}

export class OrderLineDto extends PricedDto {
  @ApiProperty() id: string;
  @ApiProperty() productId: string;
  @ApiProperty() variantId: string;
  @ApiProperty({ example: 'Ocean Blue Shirt', description: 'As it was when ordered' }) title: string;
  @ApiProperty({ type: [String], example: ['Medium'] }) optionValues: string[];
  @ApiProperty({ example: 'TEE-M' }) sku: string;
  @Amount() unitPrice: number;
  @Quantity() quantity: number;
  @ApiProperty() taxable: boolean;
  @ApiProperty() requiresShipping: boolean;
  @ApiProperty({ example: 180 }) grams: number;
  @ApiProperty({ type: 'integer', example: 0, description: 'Called off before they left' })
  cancelledQuantity: number;
  @Quantity() refundedQuantity: number;
  @Quantity() returnedQuantity: number;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Where the pieces come from; null if untracked, or not chosen yet',
  })
  locationId: string | null;
  @ApiProperty({ type: OrderVariantDto, nullable: true }) variant: OrderVariantDto | null;
  @ApiProperty({ type: [DeviceDto] }) devices: DeviceDto[];
}

export class OrderShippingDto extends PricedDto {
  @ApiProperty({ example: 'Standard' }) title: string;
  @Amount(490) amount: number;
  @ApiProperty() taxable: boolean;
}

export class OrderDiscountDto {
  @ApiProperty({ enum: DISCOUNT_TYPES }) type: DiscountType;
  @ApiProperty({ type: 'integer', example: 100_000 }) value: number;
  @ApiProperty({ example: 'WELCOME10' }) title: string;
  @ApiProperty({ type: 'integer', nullable: true }) line: number | null;
  @ApiProperty({ type: 'integer', description: 'What it takes off, in minor units' }) amount: number;
}

export class OrderTotalsDto {
  @Amount() subtotal: number;
  @Amount(0) discount: number;
  @Amount(490) shipping: number;
  @Amount(686) tax: number;
  @Amount(4789) total: number;
  @Amount(0) refunded: number;
}

export class PaymentDto {
  @ApiProperty() id: string;
  @Amount(4789) amount: number;
  @ApiProperty({ example: 'EUR' }) currency: string;
  @ApiProperty({ example: 'pi_3Q1x' }) reference: string;
  @ApiProperty({ example: 'card' }) method: string;
  @ApiProperty() at: Date;
}

export class RefundLineDto {
  @ApiProperty() lineId: string;
  @Quantity() quantity: number;
  @Amount() amount: number;
}

export class RefundDto {
  @ApiProperty() id: string;
  @Amount() amount: number;
  @ApiProperty({ type: [RefundLineDto] }) lines: RefundLineDto[];
  @Amount(0) shipping: number;
  @ApiProperty() reason: string;
  @ApiProperty() at: Date;
}

export class LinePiecesDto {
  @ApiProperty() lineId: string;
  @Quantity() quantity: number;
}

export class ReturnedPiecesDto extends LinePiecesDto {
  @ApiProperty({ type: [String], required: false, description: 'Units that were named' })
  deviceIds?: string[];
}

export class OrderReturnDto {
  @ApiProperty() id: string;
  @ApiProperty({ type: [ReturnedPiecesDto] }) lines: ReturnedPiecesDto[];
  @ApiProperty() restocked: boolean;
  @ApiProperty() reason: string;
  @ApiProperty() at: Date;
}

export class OrderCancellationDto {
  @ApiProperty() id: string;
  @ApiProperty({ type: [LinePiecesDto] }) lines: LinePiecesDto[];
  @ApiProperty() reason: string;
  @ApiProperty() at: Date;
}

export class FulfilmentDto {
  @OrNull(String) reference: string | null;
  @OrNull(String) carrier: string | null;
  @OrNull(String) trackingNumber: string | null;
  @OrNull(Date) startedAt: Date | null;
  @OrNull(Date) shippedAt: Date | null;
  @OrNull(Date) deliveredAt: Date | null;
}

export class ShipmentDto implements Omit<Shipment, 'sequence'> {
  @ApiProperty({ description: 'Also the id of the transport order' }) id: string;
  @ApiProperty({ type: [LinePiecesDto] }) lines: LinePiecesDto[];
  @OrNull(String) locationId: string | null;
  @ApiProperty({ enum: SHIPMENT_STATUSES }) status: ShipmentStatus;
  @ApiProperty() requestedAt: Date;
  @OrNull(Date) shippedAt: Date | null;
  @OrNull(Date) deliveredAt: Date | null;
}

export class TimelineEntryDto {
  @ApiProperty() at: Date;
  @ApiProperty({ example: 'paid' }) type: string;
  @ApiProperty({ example: 'api_key:6921b0d2a1f4b0a7c9e01234' }) by: string;
  @ApiProperty() message: string;
}

export class OrderDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ type: 'integer', nullable: true, example: 1042, description: 'Null in drafts' })
  number: number | null;
  @ApiProperty({ enum: ORDER_STATUSES }) status: OrderStatus;
  @ApiProperty({ enum: PAYMENT_STATUSES }) paymentStatus: PaymentStatus;
  @ApiProperty({ example: 'EUR' }) currency: string;
  @OrNull(String) customerId: string | null;
  @ApiProperty({ type: CustomerDto, nullable: true }) customer: CustomerDto | null;
  @ApiProperty({ type: [OrderLineDto] }) lines: OrderLineDto[];
  @ApiProperty({ type: [OrderDiscountDto] }) discounts: OrderDiscountDto[];
  @ApiProperty({ type: [TaxRateDto] }) taxes: TaxRateDto[];
  @ApiProperty() taxesIncluded: boolean;
  @ApiProperty({ type: OrderShippingDto, nullable: true }) shipping: OrderShippingDto | null;
  @ApiProperty({ type: OrderTotalsDto }) totals: OrderTotalsDto;
  @ApiProperty({ type: PostalAddressDto, nullable: true }) shippingAddress: PostalAddressDto | null;
  @ApiProperty({ type: PostalAddressDto, nullable: true }) billingAddress: PostalAddressDto | null;
  @ApiProperty({ type: [PaymentDto] }) payments: PaymentDto[];
  @ApiProperty({ type: [RefundDto] }) refunds: RefundDto[];
  @ApiProperty({ type: [OrderReturnDto] }) returns: OrderReturnDto[];
  @ApiProperty({ type: [OrderCancellationDto], description: 'Of pieces, before they left' })
  cancellations: OrderCancellationDto[];
  @ApiProperty({ type: FulfilmentDto }) fulfilment: FulfilmentDto;
  @ApiProperty({ type: [ShipmentDto] }) shipments: ShipmentDto[];
  @ApiProperty() note: string;
  @ApiProperty({ type: [String] }) tags: string[];
  @OrNull(String) cancelReason: string | null;
  @ApiProperty({ type: [TimelineEntryDto], required: false, description: 'Newest last; not in lists' })
  timeline?: TimelineEntryDto[];
  @ApiProperty({ type: Date, nullable: true, description: 'Until when the stock is kept for it, unpaid' })
  expiresAt: Date | null;
  @OrNull(Date) placedAt: Date | null;
  @OrNull(Date) paidAt: Date | null;
  @OrNull(Date) cancelledAt: Date | null;
  @ApiProperty({ type: 'integer', description: 'The ETag of the resource' }) version: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty() updatedAt: Date;
}

export class OrderListDto {
  @ApiProperty({ type: [OrderDto], description: 'Without their timelines' }) data: OrderDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toOrderDto(order: Order, around: OrderSurroundings): OrderDto {
  const { _id, shop: _s, stock, reservationId: _r, sales: _a, pendingSalesAt: _p, ...rest } = order;
  const customer = order.customerId ? around.customers.get(order.customerId) : undefined;
  return {
    id: String(_id),
    ...rest,
    number: order.number ?? null,
    expiresAt: order.expiresAt ?? null,
    cancellations: order.cancellations ?? [],
    shipments: (order.shipments ?? []).map(toShipmentDto),
    paymentStatus: paymentStatusOf(order),
    customer: customer ? toCustomerDto(customer) : null,
    lines: order.lines.map(({ deviceIds, locationId: wanted, ...line }, at) => ({
      ...line,
      cancelledQuantity: line.cancelledQuantity ?? 0,
      locationId:
        (order.status === 'draft' ? wanted : stock.find((item) => item.line === at)?.locationId) ?? null,
      variant: variantOf(line.variantId, around),
      devices: deviceIds.flatMap((id) => {
        const device = around.devices.get(id);
        return device ? [toDeviceDto(device)] : [];
      }),
    })),
  };
}

export function toShipmentDto({ sequence: _, ...shipment }: Shipment): ShipmentDto {
  return shipment;
}

function variantOf(id: string, { variants }: OrderSurroundings): OrderVariantDto | null {
  const variant = variants.get(id);
  if (!variant) return null;
  const { title, handle, optionValues, sku, price, imageSrc } = variant;
  return { title, handle, optionValues, sku, price, imageSrc };
}

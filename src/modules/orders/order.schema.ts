import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { AuditEventDocument } from '../../platform/audit/audit-event.schema.js';
import { ORDER_STATUSES, type Order, type OrderStatus } from './order.js';

const { Mixed } = MongooseSchema.Types;

/** The `orders` collection: each order is one document, so that a change of it is one write. */
@Schema({ collection: 'orders', versionKey: false })
export class OrderDocument implements Order {
  _id: Types.ObjectId;
  @Prop({ type: String, required: true }) shop: ShopDomain;
  @Prop({ type: Number }) number?: number;
  @Prop({ type: String, enum: ORDER_STATUSES, required: true }) status: OrderStatus;
  @Prop({ required: true }) currency: string;
  @Prop({ type: String, default: null }) customerId: string | null;
  @Prop({ type: [Mixed], required: true }) lines: Order['lines'];
  @Prop({ type: [Mixed], required: true }) discounts: Order['discounts'];
  @Prop({ type: [Mixed], required: true }) taxes: Order['taxes'];
  @Prop({ required: true }) taxesIncluded: boolean;
  @Prop({ type: Mixed, default: null }) shipping: Order['shipping'];
  @Prop({ type: Mixed, required: true }) totals: Order['totals'];
  @Prop({ type: Mixed, default: null }) shippingAddress: Order['shippingAddress'];
  @Prop({ type: Mixed, default: null }) billingAddress: Order['billingAddress'];
  @Prop({ type: [Mixed], required: true }) stock: Order['stock'];
  @Prop({ type: String, default: null }) reservationId: string | null;
  @Prop({ type: Date }) expiresAt?: Date;
  @Prop({ type: [Mixed], required: true }) payments: Order['payments'];
  @Prop({ type: [Mixed], required: true }) refunds: Order['refunds'];
  @Prop({ type: [Mixed], required: true }) returns: Order['returns'];
  @Prop({ type: [Mixed], default: undefined }) cancellations?: Order['cancellations'];
  @Prop({ type: Mixed, required: true }) fulfilment: Order['fulfilment'];
  @Prop({ type: [Mixed], default: undefined }) shipments?: Order['shipments'];
  @Prop({ type: String, default: '' }) note: string;
  @Prop({ type: [String], required: true }) tags: string[];
  @Prop({ type: String, default: null }) cancelReason: string | null;
  @Prop({ type: [Mixed], required: true }) timeline: Order['timeline'];
  @Prop({ type: [Mixed], required: true }) sales: Order['sales'];
  @Prop({ type: Date }) pendingSalesAt?: Date;
  /** Events of its changes, until they are moved to the audit trail. */
  @Prop({ type: [Mixed], default: undefined }) pendingAudit?: AuditEventDocument[];
  @Prop({ type: Date, default: null }) placedAt: Date | null;
  @Prop({ type: Date, default: null }) paidAt: Date | null;
  @Prop({ type: Date, default: null }) cancelledAt: Date | null;
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, required: true }) updatedAt: Date;
}

export const OrderSchema = SchemaFactory.createForClass(OrderDocument);

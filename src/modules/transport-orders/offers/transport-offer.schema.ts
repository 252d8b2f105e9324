import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import { QUOTE_RULES, type Price, type QuoteRule } from '../../pricing/index.js';
import {
  OFFER_STATUSES,
  type OfferedTerms,
  type OfferStatus,
  type TransportOffer,
} from './transport-offer.js';

const { Mixed } = MongooseSchema.Types;

@Schema({ collection: 'transport_offers', versionKey: false })
export class TransportOfferDocument implements Omit<TransportOffer, 'id'> {
  _id: Types.ObjectId;
  @Prop({ required: true }) orderId: string;
  @Prop({ required: true }) clientId: string;
  @Prop({ required: true }) carrierId: string;
  /** As those of the order (ADR 0025), with the carrier that was asked. */
  @Prop({ type: [String], required: true }) parties: string[];
  @Prop({ type: String, enum: OFFER_STATUSES, required: true }) status: OfferStatus;
  @Prop({ type: Mixed, required: true }) price: Price;
  @Prop({ type: Mixed, required: true }) terms: OfferedTerms;
  @Prop({ type: Date, required: true }) expiresAt: Date;
  @Prop({ type: String, default: '' }) reason: string;
  @Prop({ required: true }) round: string;
  @Prop({ required: true }) minutes: number;
  @Prop({ type: String, enum: [...QUOTE_RULES, null], default: null }) next: QuoteRule | null;
  @Prop({ type: Date, required: true }) createdAt: Date;
  @Prop({ type: Date, default: null }) endedAt: Date | null;
}

export const TransportOfferSchema = SchemaFactory.createForClass(TransportOfferDocument);

import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** What opens one socket for the operator of a page. */
@Schema({ collection: 'session_tickets', versionKey: false })
export class SessionTicketDocument {
  /** SHA-256 of the ticket, hex. */
  @Prop({ type: String, required: true }) _id: string;
  @Prop({ type: Types.ObjectId, required: true }) session: Types.ObjectId;
  /** TTL index. */
  @Prop({ type: Date, required: true }) expiresAt: Date;
}

export const SessionTicketSchema = SchemaFactory.createForClass(SessionTicketDocument);

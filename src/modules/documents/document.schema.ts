import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import {
  DOCUMENT_KINDS,
  MEDIA_TYPES,
  type DocumentKind,
  type MediaType,
  type Reading,
  type TransportDocument,
} from './document.js';

const { Mixed } = MongooseSchema.Types;

@Schema({ collection: 'documents', versionKey: false })
export class DocumentDocument implements Omit<TransportDocument, 'id'> {
  _id: Types.ObjectId;
  @Prop({ required: true }) transportOrderId: string;
  @Prop({ required: true }) clientId: string;
  @Prop({ required: true }) carrierId: string;
  /** Whose it is: client, carrier, and `*` for operators. Each query names one of them. */
  @Prop({ type: [String], required: true }) parties: string[];
  @Prop({ type: String, enum: DOCUMENT_KINDS, required: true }) kind: DocumentKind;
  @Prop({ required: true }) name: string;
  @Prop({ type: String, enum: MEDIA_TYPES, required: true }) mediaType: MediaType;
  @Prop({ required: true }) bytes: number;
  @Prop({ required: true }) sha256: string;
  @Prop({ type: Number, default: null }) width: number | null;
  @Prop({ type: Number, default: null }) height: number | null;
  @Prop({ required: true }) fileId: string;
  @Prop({ type: Mixed, required: true }) reading: Reading;
  @Prop({ type: String, default: '' }) text: string;
  /** The words it is found by, each once for every party: `{party} {word}` (ADR 0040). */
  @Prop({ type: [String], required: true }) search: string[];
  @Prop({ required: true }) uploadedBy: string;
  @Prop({ required: true }) version: number;
  @Prop({ type: Date, required: true }) createdAt: Date;
}

export const DocumentSchema = SchemaFactory.createForClass(DocumentDocument);

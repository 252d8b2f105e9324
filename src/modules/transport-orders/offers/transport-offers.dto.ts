import { ApiProperty, OmitType } from '@nestjs/swagger';
import {
  BooleanField,
  EnumField,
  IdField,
  IntField,
  StringField,
  StringsField,
} from '../../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../../platform/http/list.dto.js';
import { OBJECT_ID } from '../../../kernel/object-id.js';
import { PriceDto, QUOTE_RULES, type QuoteRule } from '../../pricing/index.js';
import { CLIENT_EXAMPLE, TransportTermsDto } from '../transport-orders.dto.js';
import { OFFER_STATUSES, type OfferStatus, type TransportOffer } from './transport-offer.js';

const MAX_ASKED = 20;
const WEEK_MINUTES = 10_080;

export class OfferTransportDto {
  @StringsField({
    ...{ optional: true, minItems: 1, maxItems: MAX_ASKED, unique: true, maxLength: 24, pattern: OBJECT_ID },
    example: ['6921b0d2a1f4b0a7c9e05678'],
    description: 'These carriers, all or none; without it the first by the rule',
  })
  carrierIds?: string[];
  @EnumField(QUOTE_RULES, { optional: true, default: 'cheapest' }) rule: QuoteRule = 'cheapest';
  @IntField({ optional: true, min: 1, max: MAX_ASKED, default: 1, description: 'How many the rule picks' })
  most = 1;
  @IntField({ optional: true, min: 1, max: WEEK_MINUTES, default: 60, description: 'How long they have' })
  minutes = 60;
  @BooleanField({
    ...{ optional: true, default: false },
    description: 'Whether the next by the rule is asked when one declines or does not answer',
  })
  moveOn = false;
}

export class DeclineOfferDto {
  @StringField({ optional: true, maxLength: 500, example: 'No vehicle on that day' }) reason = '';
}

export class ListTransportOffersQuery extends CursorQuery {
  @StringField({
    ...{ optional: true, example: CLIENT_EXAMPLE },
    description: 'Whose offers, for callers that reach several tenants; operators see all without it',
  })
  party?: string;
  @EnumField(OFFER_STATUSES, { optional: true, description: 'Is in this state' }) status?: OfferStatus;
  @IdField({ optional: true, description: 'Is of this transport order' }) orderId?: string;
  @IdField({ optional: true, description: 'Is to this carrier' }) carrierId?: string;
}

export class OfferedTermsDto extends OmitType(TransportTermsDto, ['currency']) {}

export class TransportOfferDto implements Omit<TransportOffer, 'round' | 'minutes'> {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e0aaaa' }) id: string;
  @ApiProperty({ description: 'The transport order' }) orderId: string;
  @ApiProperty({ example: CLIENT_EXAMPLE }) clientId: string;
  @ApiProperty() carrierId: string;
  @ApiProperty({ enum: OFFER_STATUSES }) status: OfferStatus;
  @ApiProperty({ type: PriceDto, description: 'What the carrier gets; stays when it accepts' })
  price: PriceDto;
  @ApiProperty({ type: OfferedTermsDto, description: 'What is to be moved' }) terms: OfferedTermsDto;
  @ApiProperty({ description: 'It cannot be accepted from this moment on' }) expiresAt: Date;
  @ApiProperty({ description: 'Why it was declined' }) reason: string;
  @ApiProperty({
    ...{ enum: QUOTE_RULES, nullable: true, type: String },
    description: 'By which ranking the next is asked when this one does not take it; null asks nobody',
  })
  next: QuoteRule | null;
  @ApiProperty() createdAt: Date;
  @ApiProperty({ type: Date, nullable: true }) endedAt: Date | null;
}

export class TransportOffersDto {
  @ApiProperty({ type: [TransportOfferDto] }) data: TransportOfferDto[];
}

export class TransportOfferListDto extends TransportOffersDto {
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toOfferDto({ round: _r, minutes: _m, ...offer }: TransportOffer): TransportOfferDto {
  return offer;
}

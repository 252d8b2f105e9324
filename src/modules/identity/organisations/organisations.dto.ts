import { ApiProperty } from '@nestjs/swagger';
import { ORGANISATION_KINDS, type OrganisationKind } from '../../../platform/http/access.js';
import { EnumField, StringField } from '../../../platform/http/fields.js';
import { OffsetQuery, PageDto } from '../../../platform/http/list.dto.js';
import type { OrganisationDocument } from './organisation.schema.js';

export class CreateOrganisationDto {
  @EnumField(ORGANISATION_KINDS, {
    example: 'carrier',
    description: 'A client sends goods, a carrier moves them',
  })
  kind: OrganisationKind;

  @StringField({ minLength: 1, maxLength: 120, pattern: /\S/, example: 'Polar Freight' })
  name: string;
}

export class OrganisationsQuery extends OffsetQuery {
  @EnumField(ORGANISATION_KINDS, { optional: true, description: 'Only these' })
  kind?: OrganisationKind;
}

export class OrganisationDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ enum: ORGANISATION_KINDS }) kind: OrganisationKind;
  @ApiProperty({ example: 'Polar Freight' }) name: string;
  @ApiProperty() createdAt: Date;
}

export class OrganisationListDto {
  @ApiProperty({ type: [OrganisationDto] }) data: OrganisationDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toOrganisationDto({ _id, kind, name, createdAt }: OrganisationDocument): OrganisationDto {
  return { id: String(_id), kind, name, createdAt };
}

import { ApiProperty } from '@nestjs/swagger';
import { SCOPES, type Scope } from '../../../platform/http/access.js';
import { DateField, IntField, StringField, StringsField } from '../../../platform/http/fields.js';
import { IpNetworksField } from '../../../platform/http/ip-networks.field.js';
import { PageDto } from '../../../platform/http/list.dto.js';
import type { ApiKeyDocument } from './api-key.schema.js';

export class CreateApiKeyDto {
  @StringField({ minLength: 1, maxLength: 100, example: 'storefront' })
  name: string;

  @StringsField({
    minItems: 1,
    maxItems: SCOPES.length,
    unique: true,
    values: SCOPES,
    example: ['products:read'],
    description: 'What the key may do',
  })
  scopes: Scope[];

  @DateField({ optional: true, description: 'When the key stops working; never if absent' })
  expiresAt?: Date;

  @IpNetworksField(
    'Networks the key works from, beside the list of the shop; from anywhere if absent or empty',
  )
  ipAllowlist?: string[];
}

export class RotateApiKeyDto {
  @IntField({
    optional: true,
    min: 0,
    max: 604_800,
    example: 86_400,
    description: 'How long the old key still works, seconds; a day if absent',
  })
  overlapSeconds?: number;

  @DateField({
    optional: true,
    description: 'When the new key stops working; after as long a life as the old one had if absent',
  })
  expiresAt?: Date;
}

export class ApiKeyDto {
  @ApiProperty() id: string;
  @ApiProperty({ example: 'storefront' }) name: string;
  @ApiProperty({ example: 'ent_live_Zr3k', description: 'First characters, to recognise it by' })
  prefix: string;
  @ApiProperty({ enum: SCOPES, isArray: true }) scopes: Scope[];
  @ApiProperty() createdAt: Date;
  @ApiProperty({ type: Date, nullable: true }) expiresAt: Date | null;
  @ApiProperty({ type: Date, nullable: true, description: 'To the minute' }) lastUsedAt: Date | null;
  @ApiProperty({ type: [String], example: ['203.0.113.0/24'], description: 'From anywhere when empty' })
  ipAllowlist: string[];
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the key that takes its place; both work until `expiresAt`',
  })
  replacedBy: string | null;
}

export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({ example: 'ent_live_Zr3k…', description: 'Shown this once; only its hash is stored' })
  secret: string;
}

export class ApiKeyListDto {
  @ApiProperty({ type: [ApiKeyDto] }) data: ApiKeyDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toApiKeyDto(key: ApiKeyDocument): ApiKeyDto {
  const { _id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt, ipAllowlist, replacedBy } = key;
  const successor = replacedBy ? String(replacedBy) : null;
  return {
    id: String(_id),
    name,
    prefix,
    scopes,
    createdAt,
    expiresAt,
    lastUsedAt,
    ipAllowlist,
    replacedBy: successor,
  };
}

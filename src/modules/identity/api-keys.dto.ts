import { ApiProperty } from '@nestjs/swagger';
import { SCOPES, type Scope } from '../../platform/http/access.js';
import { DateField, StringField, StringsField } from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/list.dto.js';
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
  const { _id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt } = key;
  return { id: String(_id), name, prefix, scopes, createdAt, expiresAt, lastUsedAt };
}

import { ApiProperty } from '@nestjs/swagger';
import { SCOPES, type Scope } from '../../../platform/http/access.js';
import { EnumField, StringField, StringsField } from '../../../platform/http/fields.js';
import { PageDto } from '../../../platform/http/list.dto.js';
import { EmailField } from '../accounts/email.field.js';
import { CodeField } from '../accounts/auth.dto.js';
import { MAX_LENGTH } from '../accounts/password-policy.js';
import { MEMBER_ROLES, type MemberRole } from '../members/tenant-ref.js';
import type { InvitationDocument } from './invitation.schema.js';

export class InviteDto {
  @EmailField() email: string;

  @EnumField(MEMBER_ROLES, {
    example: 'staff',
    description: 'An owner may do everything, staff what `scopes` says',
  })
  role: MemberRole;

  @StringsField({
    optional: true,
    maxItems: SCOPES.length,
    unique: true,
    values: SCOPES,
    example: ['products:read', 'products:write'],
    description: 'What staff may do',
  })
  scopes?: Scope[];
}

export class AcceptInvitationDto {
  @CodeField() token: string;

  @StringField({
    minLength: 1,
    maxLength: MAX_LENGTH,
    format: 'password',
    example: 'correct horse battery',
    description: "The password of the invited address's account; if it has none, the one of its new account",
  })
  password: string;
}

export class InvitationDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ example: 'sam@example.com' }) email: string;
  @ApiProperty({ enum: MEMBER_ROLES }) role: MemberRole;
  @ApiProperty({ enum: SCOPES, isArray: true }) scopes: Scope[];
  @ApiProperty() createdAt: Date;
  @ApiProperty({ description: 'Invite again to renew it' }) expiresAt: Date;
}

export class InvitationListDto {
  @ApiProperty({ type: [InvitationDto] }) data: InvitationDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toInvitationDto({
  _id,
  email,
  role,
  scopes,
  createdAt,
  expiresAt,
}: InvitationDocument): InvitationDto {
  return {
    id: String(_id),
    email,
    role,
    scopes: role === 'owner' ? [...SCOPES] : scopes,
    createdAt,
    expiresAt,
  };
}

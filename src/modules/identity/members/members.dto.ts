import { ApiProperty } from '@nestjs/swagger';
import { SCOPES, type Scope } from '../../../platform/http/access.js';
import { PageDto } from '../../../platform/http/list.dto.js';
import type { MembershipDocument } from './membership.schema.js';
import { MEMBER_ROLES, TENANT_KINDS, type MemberRole, type TenantKind } from './tenant-ref.js';

export class MemberDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) accountId: string;
  @ApiProperty({ example: 'sam@example.com' }) email: string;
  @ApiProperty({ enum: MEMBER_ROLES }) role: MemberRole;
  @ApiProperty({ enum: SCOPES, isArray: true, description: 'What staff may do; an owner may do everything' })
  scopes: Scope[];
  @ApiProperty({ description: 'Since when' }) createdAt: Date;
}

export class MemberListDto {
  @ApiProperty({ type: [MemberDto] }) data: MemberDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

/** A membership as its account sees it. */
export class MembershipDto {
  @ApiProperty({ enum: TENANT_KINDS }) kind: TenantKind;
  @ApiProperty({
    example: 'nordlys-apparel.myshopify.com',
    description: "A shop's domain or an organisation's id",
  })
  tenant: string;
  @ApiProperty({ enum: MEMBER_ROLES }) role: MemberRole;
  @ApiProperty({ enum: SCOPES, isArray: true }) scopes: Scope[];
}

export function toMemberDto({ account, email, role, scopes, createdAt }: MembershipDocument): MemberDto {
  return {
    accountId: String(account),
    email,
    role,
    scopes: role === 'owner' ? [...SCOPES] : scopes,
    createdAt,
  };
}

export function toMembershipDto({ kind, tenant, role, scopes }: MembershipDocument): MembershipDto {
  return { kind, tenant, role, scopes: role === 'owner' ? [...SCOPES] : scopes };
}

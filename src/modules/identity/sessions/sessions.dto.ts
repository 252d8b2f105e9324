import { ApiProperty } from '@nestjs/swagger';
import { PageDto } from '../../../platform/http/list.dto.js';
import type { SessionDocument } from './session.schema.js';

export class SessionDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ example: true, description: 'Whether this is the session the request was made in' })
  current: boolean;
  @ApiProperty({ example: '203.0.113.7', description: 'Where it was last logged in or refreshed from' })
  ip: string;
  @ApiProperty({ example: 'Mozilla/5.0 (X11; Linux x86_64)', description: 'What the device says it is' })
  userAgent: string;
  @ApiProperty() createdAt: Date;
  @ApiProperty({ description: 'To the minute' }) lastUsedAt: Date;
  @ApiProperty({ description: 'When it ends if it is not refreshed' }) expiresAt: Date;
}

export class SessionListDto {
  @ApiProperty({ type: [SessionDto] }) data: SessionDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toSessionDto({ _id, ...session }: SessionDocument, current: string | undefined): SessionDto {
  const { ip, userAgent, createdAt, lastUsedAt, expiresAt } = session;
  return {
    id: String(_id),
    current: String(_id) === current,
    ip,
    userAgent,
    createdAt,
    lastUsedAt,
    expiresAt,
  };
}

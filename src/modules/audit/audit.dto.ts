import { ApiProperty } from '@nestjs/swagger';
import {
  AUDIT_ACTIONS,
  AUDIT_ACTOR_KINDS,
  AUDIT_RESOURCES,
  type AuditAction,
  type AuditActorKind,
  type AuditEvent,
  type AuditResource,
} from '../../platform/audit/audit-event.js';
import { DateField, EnumField, StringField } from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/list.dto.js';

export class ListAuditEventsQuery extends CursorQuery {
  @EnumField(AUDIT_ACTIONS, { optional: true, description: 'What was done' })
  action?: AuditAction;

  @EnumField(AUDIT_RESOURCES, { optional: true, description: 'To what kind of thing' })
  resource?: AuditResource;

  @StringField({
    optional: true,
    minLength: 1,
    example: '6921b0d2a1f4b0a7c9e01234',
    description: 'To which one',
  })
  resourceId?: string;

  @StringField({
    optional: true,
    minLength: 1,
    example: 'api_key:6921b0d2a1f4b0a7c9e01234',
    description: 'Who did it: the `actor.id` of an event',
  })
  principal?: string;

  @DateField({ optional: true, example: '2026-11-01T00:00:00Z', description: 'At or after this time' })
  from?: Date;

  @DateField({ optional: true, example: '2026-12-01T00:00:00Z', description: 'Before this time' })
  to?: Date;
}

export class ListAllAuditEventsQuery extends ListAuditEventsQuery {
  @StringField({
    optional: true,
    minLength: 1,
    example: 'nordlys-apparel.myshopify.com',
    description: "Only this tenant's",
  })
  shop?: string;
}

export class AuditActorDto {
  @ApiProperty({ enum: AUDIT_ACTOR_KINDS, example: 'api_key' }) kind: AuditActorKind;
  @ApiProperty({ example: 'api_key:6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ required: false, example: 'product.import', description: 'Which job or operator command' })
  name?: string;
  @ApiProperty({ example: false, description: 'Whether an operator did it' }) operator: boolean;
}

const CHANGED = {
  type: 'object',
  additionalProperties: true,
  nullable: true,
} as const;

export class AuditEventDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ example: '2026-11-21T10:00:00.000Z' }) at: Date;
  @ApiProperty({ enum: AUDIT_ACTIONS, example: 'updated' }) action: AuditAction;
  @ApiProperty({ enum: AUDIT_RESOURCES, example: 'product' }) resource: AuditResource;
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e05678' }) resourceId: string;
  @ApiProperty({ type: String, nullable: true, example: 'nordlys-apparel.myshopify.com' })
  shop: string | null;
  @ApiProperty() actor: AuditActorDto;
  @ApiProperty({
    ...CHANGED,
    example: { title: 'Blue Shirt' },
    description: 'The changed fields as they were; null when the thing is new',
  })
  before: Record<string, unknown> | null;
  @ApiProperty({
    ...CHANGED,
    example: { title: 'Ocean Blue Shirt' },
    description: 'The changed fields as they are now; null when the thing is gone',
  })
  after: Record<string, unknown> | null;
  @ApiProperty({ type: String, nullable: true, example: '5d3f0a52-7c38-4d0e-9d3e-3f6b6f0a1c11' })
  requestId: string | null;
  @ApiProperty({ type: String, nullable: true, example: null }) jobId: string | null;
  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' }) ip: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'curl/8.5.0' }) userAgent: string | null;
}

export class AuditEventListDto {
  @ApiProperty({ type: [AuditEventDto] }) data: AuditEventDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

/** An event as its tenant sees it: where an operator worked from is none of its business. */
export function forTenant(event: AuditEvent): AuditEventDto {
  return event.actor.operator ? { ...event, ip: null, userAgent: null } : event;
}

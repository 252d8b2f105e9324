import type { Occurrence } from '../events/event-type.js';

/** Kinds of things whose changes are recorded. */
export const AUDIT_RESOURCES = [
  'account',
  'api_key',
  'audit_log',
  'carrier',
  'customer',
  'device',
  'document',
  'featured_products',
  'inventory_level',
  'invitation',
  'ip_allowlist',
  'job',
  'location',
  'mail_suppression',
  'membership',
  'notification',
  'order',
  'organisation',
  'plan',
  'pricing_grid',
  'product',
  'product_import',
  'schedule',
  'session',
  'shipment',
  'shop',
  'sitemap',
  'subscription',
  'task',
  'throttling_override',
  'transport_order',
  'webhook_delivery',
  'webhook_endpoint',
] as const;
export type AuditResource = (typeof AUDIT_RESOURCES)[number];

/** What was done to it. */
export const AUDIT_ACTIONS = [
  'created',
  'updated',
  'deleted',
  'archived',
  'accepted',
  'disabled',
  'purged',
  'assigned',
  'offered',
  'declined',
  'expired',
  'resolved',
  'rated',
  'withdrawn',
  'reinstalled',
  'uninstalled',
  'cancelled',
  'replayed',
  'discarded',
  'revoked',
  'rotated',
  'started',
  'imported',
  'generated',
  'logged_in',
  'login_failed',
  'logged_out',
  'password_changed',
  'password_reset',
  'email_verified',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_ACTOR_KINDS = ['account', 'api_key', 'anonymous', 'job', 'system'] as const;
export type AuditActorKind = (typeof AUDIT_ACTOR_KINDS)[number];

/** Who did it. */
export interface AuditActor {
  kind: AuditActorKind;
  /** `account:…`, `api_key:…`, `job:…`, `anonymous` or `system`. */
  id: string;
  /** What kind of job, or which operator command. */
  name?: string;
  /** Whether an operator did it. */
  operator: boolean;
}

/** What a service tells of a change it makes. */
export interface AuditChange {
  action: AuditAction;
  resource: AuditResource;
  resourceId: string;
  /** The tenant; the one of the running request or job if absent, null for the system's own. */
  shop?: string | null;
  /** The thing before and after, whole: what differs is stored. Null or absent where there is none. */
  before?: object | null;
  after?: object | null;
  /** What others may want to know of it: goes to the outbox in the same write. */
  event?: Occurrence;
}

/** A recorded change: never altered, removed by the retention or with its tenant. */
export interface AuditEvent {
  id: string;
  at: Date;
  action: AuditAction;
  resource: AuditResource;
  resourceId: string;
  shop: string | null;
  actor: AuditActor;
  /** The changed fields only, secrets and personal data replaced. */
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  requestId: string | null;
  jobId: string | null;
  ip: string | null;
  userAgent: string | null;
}

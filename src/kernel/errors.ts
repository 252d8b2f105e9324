/**
 * The closed list of things that can go wrong, by stable code. Clients switch on the code, never on the text;
 * `platform/http/problems.ts` turns each into an HTTP status in one place.
 */
export const ERROR_CODES = [
  // requests
  'malformed_request',
  'validation_failed',
  'invalid_cursor',
  'invalid_sort',
  'unsupported_media_type',
  'not_acceptable',
  'method_not_allowed',
  'payload_too_large',
  'uri_too_long',
  'headers_too_large',
  'route_not_found',
  'request_timeout',
  // identity
  'unauthenticated',
  'invalid_credentials',
  'forbidden',
  'shop_forbidden',
  'insufficient_scope',
  'ip_not_allowed',
  'invalid_token',
  'invalid_refresh_token',
  'session_not_found',
  'organisation_not_found',
  'organisation_forbidden',
  'invitation_not_found',
  'member_not_found',
  'already_member',
  'last_owner',
  // resources
  'not_found',
  'shop_not_found',
  'shop_uninstalled',
  'shop_exists',
  'product_not_found',
  'duplicate_handle',
  'plan_not_found',
  'plan_exists',
  'plan_in_use',
  'subscription_not_found',
  'job_not_found',
  'job_ended',
  'schedule_not_found',
  'sitemap_not_found',
  'api_key_not_found',
  'version_mismatch',
  'invalid_transition',
  'conflict',
  'product_limit_reached',
  'idempotency_key_reused',
  'idempotency_in_progress',
  'mail_suppression_not_found',
  'mail_template_not_found',
  'notification_not_found',
  'recipient_missing',
  'template_unsuitable',
  'template_variables_missing',
  'webhook_endpoint_not_found',
  'webhook_endpoint_disabled',
  'webhook_endpoint_limit_reached',
  'webhook_delivery_not_found',
  'throttling_override_not_found',
  'throttling_override_exists',
  'carrier_not_found',
  'carrier_exists',
  'pricing_grid_not_found',
  'transport_order_not_found',
  'transport_offer_not_found',
  'transport_offer_closed',
  'duplicate_reference',
  'no_carrier',
  'subscription_limit_reached',
  'origin_forbidden',
  'too_many_connections',
  // orders
  'customer_not_found',
  'customer_exists',
  'location_not_found',
  'variant_not_found',
  'insufficient_stock',
  'device_not_found',
  'device_exists',
  'device_unavailable',
  'order_not_found',
  'order_line_not_found',
  'order_already_paid',
  'payment_mismatch',
  'payment_reference_used',
  'refund_too_large',
  'return_too_large',
  'cancellation_too_large',
  'shipment_not_found',
  'shipment_too_large',
  'task_not_found',
  // documents
  'document_missing',
  'document_rejected',
  'document_not_found',
  'document_limit_reached',
  // uploads
  'csv_missing',
  'csv_empty',
  'csv_encoding',
  'csv_not_csv',
  'csv_malformed',
  'csv_columns',
  'csv_too_large',
  // the system itself
  'rate_limited',
  'caller_blocked',
  'database_unavailable',
  'queue_unavailable',
  'service_unavailable',
  'internal_error',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One thing wrong with one field of a request, addressed by JSON Pointer or parameter name. */
export interface FieldError {
  field: string;
  code: string;
  message: string;
}

/** An expected failure. `detail` is shown to the caller: a sentence on what is wrong and what would be right. */
export class AppError extends Error {
  override readonly name = 'AppError';

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly more: {
      errors?: FieldError[];
      retryAfterSeconds?: number;
      headers?: Record<string, string>;
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
  }
}

/** Text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An input that is not valid for a reason no decorator of its DTO can tell: `validation_failed`, naming the field. */
export function invalidField(field: string, code: string, message: string, cause?: unknown): AppError {
  return new AppError('validation_failed', `${field}: ${message}`, {
    errors: [{ field, code, message }],
    ...(cause === undefined ? {} : { cause }),
  });
}

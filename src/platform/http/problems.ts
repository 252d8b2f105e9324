import type { ErrorCode } from '../../kernel/errors.js';

/** The one place where an error code becomes an HTTP status. The title is the code's constant summary (RFC 9457). */
export const PROBLEMS: Readonly<Record<ErrorCode, readonly [status: number, title: string]>> = {
  malformed_request: [400, 'The request cannot be read'],
  validation_failed: [400, 'The request has invalid fields'],
  invalid_cursor: [400, 'The cursor is not valid'],
  invalid_sort: [400, 'The sort is not one of this list'],
  unsupported_media_type: [415, 'The media type is not supported'],
  not_acceptable: [406, 'No acceptable representation'],
  method_not_allowed: [405, 'The method is not allowed here'],
  payload_too_large: [413, 'The body is too large'],
  uri_too_long: [414, 'The URL is too long'],
  headers_too_large: [431, 'The headers are too large'],
  route_not_found: [404, 'There is nothing at this path'],
  request_timeout: [408, 'The request took too long to arrive'],
  unauthenticated: [401, 'Credentials are missing or not valid'],
  invalid_credentials: [401, 'E-mail or password is wrong'],
  forbidden: [403, 'Not allowed'],
  shop_forbidden: [403, 'These credentials are not for this shop'],
  insufficient_scope: [403, 'These credentials lack a scope'],
  ip_not_allowed: [403, 'Not from this address'],
  invalid_token: [400, 'The code is wrong, used or expired'],
  invalid_refresh_token: [401, 'The refresh token is not valid'],
  session_not_found: [404, 'There is no such session'],
  organisation_not_found: [404, 'There is no such organisation'],
  organisation_forbidden: [403, 'These credentials are not for this organisation'],
  invitation_not_found: [404, 'There is no such open invitation'],
  member_not_found: [404, 'There is no such member'],
  already_member: [409, 'They are a member already'],
  last_owner: [409, 'The last owner has to stay'],
  not_found: [404, 'Not found'],
  shop_not_found: [404, 'There is no such shop'],
  shop_uninstalled: [410, 'The shop is uninstalled'],
  shop_exists: [409, 'The shop exists already'],
  product_not_found: [404, 'There is no such product'],
  duplicate_handle: [409, 'The handle is taken'],
  plan_not_found: [404, 'There is no such plan'],
  plan_exists: [409, 'The plan exists already'],
  plan_in_use: [409, 'Subscriptions use this plan'],
  subscription_not_found: [404, 'The shop has no subscription'],
  job_not_found: [404, 'There is no such job'],
  sitemap_not_found: [404, 'There is no such sitemap'],
  api_key_not_found: [404, 'There is no such API key'],
  version_mismatch: [412, 'The resource has changed since'],
  invalid_transition: [409, 'The state does not allow this'],
  conflict: [409, 'Another change came first'],
  product_limit_reached: [403, "The plan's product limit is reached"],
  idempotency_key_reused: [422, 'The Idempotency-Key was used for another request'],
  idempotency_in_progress: [409, 'The first request with this key is still running'],
  csv_missing: [400, 'No file was uploaded'],
  csv_empty: [422, 'The file is empty'],
  csv_encoding: [422, 'The file is not UTF-8'],
  csv_not_csv: [422, 'The file is not CSV'],
  csv_malformed: [422, 'The CSV is broken'],
  csv_columns: [422, 'The CSV lacks needed columns'],
  csv_too_large: [413, 'The file is too large'],
  rate_limited: [429, 'Too many requests'],
  caller_blocked: [403, 'An operator has blocked this caller'],
  throttling_override_not_found: [404, 'There is no such throttling override'],
  throttling_override_exists: [409, 'The subject has a throttling override already'],
  carrier_not_found: [404, 'There is no such carrier'],
  carrier_exists: [409, 'The organisation has a carrier profile already'],
  pricing_grid_not_found: [404, 'There is no such pricing grid'],
  transport_order_not_found: [404, 'There is no such transport order'],
  duplicate_reference: [409, 'The reference is taken'],
  offer_not_found: [404, 'There is no such offer'],
  offer_closed: [409, 'The offer is not open any more'],
  no_carrier: [422, 'No carrier can take this'],
  database_unavailable: [503, 'The database is not reachable'],
  queue_unavailable: [503, 'The job queue is not reachable'],
  service_unavailable: [503, 'The service is not available'],
  internal_error: [500, 'Something went wrong on our side'],
};

/** An `application/problem+json` body (RFC 9457) with our stable `code` and the request's id. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: ErrorCode;
  requestId: string;
  errors?: { field: string; code: string; message: string }[];
}

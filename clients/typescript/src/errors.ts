import type { Problem } from './generated/index.js';

/** The server's stable error codes; `unknown` when something between answered without a problem body. */
export type ErrorCode = Problem['code'] | 'unknown';

/** A refusal of the server (RFC 9457): switch on `code`, show `detail`, quote `requestId` in a report. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: ErrorCode;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | undefined;
  /** What is wrong with which field, of `validation_failed`. */
  readonly errors: NonNullable<Problem['errors']>;
  /** Seconds after which the server suggests to ask again. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly response: Response,
    problem: Partial<Problem>,
  ) {
    super(problem.detail ?? `${response.status} ${response.statusText}`.trim());
    this.status = response.status;
    this.code = problem.code ?? 'unknown';
    this.title = problem.title ?? this.message;
    this.detail = this.message;
    this.requestId = problem.requestId ?? response.headers.get('x-request-id') ?? undefined;
    this.errors = problem.errors ?? [];
    this.retryAfterSeconds = retryAfter(response);
  }

  /** Reads the body of a refusal. */
  static async of(response: Response): Promise<ApiError> {
    const text = await response.text().catch(() => '');
    return new ApiError(response, isProblem(response) ? (JSON.parse(text) as Problem) : {});
  }
}

/** `Retry-After` in seconds from now, given as seconds or as a date (RFC 9110, 10.2.3). */
export function retryAfter({ headers }: Response): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

function isProblem({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('application/problem+json') ?? false;
}

export const OUTBOUND_FAULTS = [
  'address_refused',
  'dns_failed',
  'timeout',
  'tls_failed',
  'connection_failed',
] as const;
export type OutboundFault = (typeof OUTBOUND_FAULTS)[number];

/** A call that got no answer, and why: the code for programs, the message for people. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';

  constructor(
    readonly code: OutboundFault,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/** What went wrong with a call, told without stack or internals. */
export function outboundError(error: unknown, timeoutMs: number): OutboundError {
  if (error instanceof OutboundError) return error;
  const { name = '', code = '', message = '' } = error as { name?: string; code?: string; message?: string };
  if (name === 'TimeoutError' || TIMEOUTS.has(code))
    return new OutboundError('timeout', `No answer within ${timeoutMs} ms.`, error);
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code) || /SSL routines/.test(message))
    return new OutboundError('tls_failed', `TLS failed: ${code || message}.`, error);
  return new OutboundError('connection_failed', `The connection failed: ${code || message || name}.`, error);
}

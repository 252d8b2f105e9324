/** Why a message was not taken: only `unreachable` is worth another try. */
export class SendFault extends Error {
  override readonly name = 'SendFault';

  constructor(
    readonly code: 'not_configured' | 'unreachable' | 'refused' | 'bounced',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

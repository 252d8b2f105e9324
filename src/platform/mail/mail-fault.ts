/** Why a mail was not taken, and what that means for trying again. */
export class MailFault extends Error {
  override readonly name = 'MailFault';

  constructor(
    /**
     * `mailbox`: the address takes no mail, now and later. `refused`: this mail is not wanted. `later`: the server is
     * away, busy, or says so.
     */
    readonly kind: 'mailbox' | 'refused' | 'later',
    message: string,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

interface SmtpError extends Error {
  responseCode?: number;
  response?: string;
  command?: string;
  code?: string;
}

/** RFC 3463: of what is about an address, 5.2.2 (full) passes; 5.3 and 5.7 are about the server and about us. */
const ABOUT_ADDRESS = /^5\.(1|2|0)\./;
const PASSING = /^5\.2\.[23]/;

/** Whether an enhanced status, or none at all, speaks of an address that takes no mail. */
export function isAboutAddress(status: string): boolean {
  return status === '' || (ABOUT_ADDRESS.test(status) && !PASSING.test(status));
}

/** What an error of nodemailer says. A 5xx to RCPT TO is the address, unless its enhanced status says otherwise. */
export function mailFault(error: unknown): MailFault {
  const { responseCode = 0, response, command, code, message } = error as SmtpError;
  const told = (response ?? message).slice(0, 500);
  if (responseCode >= 500 && command === 'RCPT TO') {
    const status = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})/.exec(response ?? '')?.[1] ?? '';
    return new MailFault(isAboutAddress(status) ? 'mailbox' : 'refused', told, error);
  }
  // what nodemailer itself finds no address never reaches a server
  if (responseCode >= 500 || (code === 'EENVELOPE' && command === 'API'))
    return new MailFault(responseCode ? 'refused' : 'mailbox', told, error);
  return new MailFault('later', told, error);
}

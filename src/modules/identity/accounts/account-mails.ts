import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import type { Mail } from '../../../platform/mail/mail.js';

/** The mails about an account. Links carry the code in the fragment, which browsers send to no server. */
@Injectable()
export class AccountMails {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  verification(to: string, code: string): Mail {
    return {
      kind: 'verification',
      to,
      subject: 'Confirm your e-mail address',
      paragraphs: [
        'Confirm this address to open your Entrepot account. The link works once, within 24 hours.',
      ],
      action: this.action('Confirm address', 'verify-email', code),
      footnote: 'You did not register? Then do nothing: no account is made.',
    };
  }

  /** To whom registers with an address that has an account: the answer of the API must not tell. */
  alreadyRegistered(to: string): Mail {
    return {
      kind: 'already-registered',
      to,
      subject: 'You have an account already',
      paragraphs: [
        'Somebody, probably you, registered with this address. It has an account already: log in with its password, or ask for a new one.',
      ],
      footnote: 'You did not register? Then do nothing: nothing was changed.',
    };
  }

  reset(to: string, code: string): Mail {
    return {
      kind: 'password-reset',
      to,
      subject: 'Set a new password',
      paragraphs: ['Choose a new password for your Entrepot account. The link works once, within one hour.'],
      action: this.action('Set password', 'reset-password', code),
      footnote: 'You did not ask for this? Then do nothing: your password stays as it is.',
    };
  }

  passwordChanged(to: string): Mail {
    return {
      kind: 'password-changed',
      to,
      subject: 'Your password was changed',
      paragraphs: [
        'The password of your Entrepot account was changed, and you were logged out everywhere else.',
      ],
      footnote: 'It was not you? Ask for a new password at once.',
    };
  }

  private action(label: string, page: string, code: string): NonNullable<Mail['action']> {
    return { label, url: `${this.config.mail.appUrl}/${page}#token=${code}`, code };
  }
}

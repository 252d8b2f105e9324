import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import type { Mail } from '../../../platform/mail/mail.js';
import { writeMail } from '../../../platform/mail/write-mail.js';
import {
  alreadyRegisteredMail,
  passwordChangedMail,
  passwordResetMail,
  verificationMail,
  type CodeVariables,
} from './account-templates.js';

/** Who gets a mail about an account, and the languages they read, dearest first. */
export interface Reader {
  email: string;
  languages: readonly string[];
}

/** The mails about an account. Links carry the code in the fragment, which browsers send to no server. */
@Injectable()
export class AccountMails {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  verification({ email, languages }: Reader, code: string): Mail {
    return writeMail(verificationMail, this.link('verify-email', code), { to: email }, languages);
  }

  alreadyRegistered({ email, languages }: Reader): Mail {
    return writeMail(alreadyRegisteredMail, {}, { to: email }, languages);
  }

  reset({ email, languages }: Reader, code: string): Mail {
    return writeMail(passwordResetMail, this.link('reset-password', code), { to: email }, languages);
  }

  passwordChanged({ email, languages }: Reader): Mail {
    return writeMail(passwordChangedMail, {}, { to: email }, languages);
  }

  private link(page: string, code: string): CodeVariables {
    return { url: `${this.config.mail.appUrl}/${page}#token=${code}`, code };
  }
}

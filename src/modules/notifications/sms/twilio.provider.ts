import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { OutboundError } from '../../../platform/outbound/outbound-error.js';
import { OutboundHttp, type OutboundAnswer } from '../../../platform/outbound/outbound-http.js';
import { SendFault } from '../delivery/send-fault.js';
import { SmsProvider } from './sms-provider.js';

const TIMEOUT_MS = 10_000;
/** Twilio's codes for a number that takes no messages: not valid, no mobile, unreachable, unsubscribed by STOP. */
const DEAD_NUMBERS = new Set([21211, 21214, 21217, 21610, 21612, 21614]);

/** Twilio's Messages API, 2010-04-01: a form with Basic credentials, JSON back. */
@Injectable()
export class TwilioProvider extends SmsProvider {
  constructor(
    private readonly http: OutboundHttp,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  async send(id: string, to: string, text: string): Promise<string> {
    const { accountSid, authToken, from, apiUrl } = this.config.sms;
    if (!accountSid || !authToken || !from)
      throw new SendFault('not_configured', 'No SMS provider is configured (TWILIO_ACCOUNT_SID).');
    const callback = `${this.config.http.publicUrl}/sms/twilio/${id}`;
    const form = new URLSearchParams({ To: to, Body: text, ...senderOf(from), StatusCallback: callback });
    const answer = await this.post(`${apiUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`, form, {
      authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
    });
    const { sid, code, message } = told(answer);
    if (answer.status === 201 && sid) return sid;
    const detail = `${answer.status} ${code ?? ''} ${message ?? ''}`.trim();
    if (answer.status === 429 || answer.status >= 500) throw new SendFault('unreachable', detail);
    throw new SendFault(code !== undefined && DEAD_NUMBERS.has(code) ? 'bounced' : 'refused', detail);
  }

  private async post(url: string, form: URLSearchParams, headers: Record<string, string>) {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    try {
      return await this.http.post({
        ...{ url, headers: { ...headers, ...type }, body: form.toString(), timeoutMs: TIMEOUT_MS },
      });
    } catch (error) {
      if (error instanceof OutboundError) throw new SendFault('unreachable', error.message, error);
      throw error;
    }
  }
}

/** A number or a name, or the id of a messaging service. */
function senderOf(from: string): Record<string, string> {
  return from.startsWith('MG') ? { MessagingServiceSid: from } : { From: from };
}

/** The fields that are read of an answer, whatever it is. */
function told({ body }: OutboundAnswer): { sid?: string; code?: number; message?: string } {
  try {
    const { sid, code, message } = JSON.parse(body) as Record<string, unknown>;
    return {
      ...(typeof sid === 'string' ? { sid } : {}),
      ...(typeof code === 'number' ? { code } : {}),
      ...(typeof message === 'string' ? { message } : {}),
    };
  } catch {
    return {};
  }
}

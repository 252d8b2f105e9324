import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { twilioSignature } from '../../src/modules/notifications/sms/twilio-signature.js';

export interface TakenSms {
  sid: string;
  to: string;
  from: string;
  body: string;
  statusCallback: string;
}

/** A server that speaks Twilio's Messages API (2010-04-01) as its documentation has it. */
export interface TwilioServer {
  /** For TWILIO_*. */
  env: Record<string, string>;
  taken: TakenSms[];
  /** What the next requests for a number are answered: a status and Twilio's own code. */
  refuse(to: string, status: number, code: number, message: string): void;
  accept(to: string): void;
  /** Reports to an instance what became of a message, signed for the public address as Twilio signs. */
  report(
    baseUrl: string,
    sms: TakenSms,
    status: string,
    more?: { signedWith?: string; errorCode?: string },
  ): Promise<number>;
  close(): Promise<void>;
}

const SID = 'AC00000000000000000000000000000000';
const TOKEN = 'the auth token of the tests';

export async function startTwilio(): Promise<TwilioServer> {
  const taken: TakenSms[] = [];
  const refusals = new Map<string, { status: number; code: number; message: string }>();
  const answerTo = async (request: IncomingMessage): Promise<{ status: number; body: object }> => {
    const form = new URLSearchParams(await text(request));
    const expected = `Basic ${Buffer.from(`${SID}:${TOKEN}`).toString('base64')}`;
    if (request.headers.authorization !== expected)
      return { status: 401, body: { code: 20003, message: 'Authenticate', status: 401 } };
    if (request.method !== 'POST' || request.url !== `/2010-04-01/Accounts/${SID}/Messages.json`)
      return { status: 404, body: { code: 20404, message: 'Not found', status: 404 } };
    const [to = '', from = '', body = ''] = ['To', 'From', 'Body'].map((name) => form.get(name) ?? '');
    const refusal = refusals.get(to);
    if (refusal) return { status: refusal.status, body: refusal };
    if (!/^\+[1-9]\d{6,14}$/.test(to) || !from || !body)
      return { status: 400, body: { code: 21211, message: `Invalid 'To' Phone Number: ${to}`, status: 400 } };
    const sid = `SM${String(taken.length).padStart(32, '0')}`;
    taken.push({ sid, to, from, body, statusCallback: form.get('StatusCallback') ?? '' });
    return { status: 201, body: { sid, status: 'queued', to, from, body, error_code: null } };
  };
  const server = createServer((request, response) => {
    void answerTo(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    taken,
    env: {
      ...{ TWILIO_ACCOUNT_SID: SID, TWILIO_AUTH_TOKEN: TOKEN, TWILIO_FROM: '+15005550006' },
      ...{ TWILIO_API_URL: `http://127.0.0.1:${port}`, OUTBOUND_ALLOWED_NETWORKS: '127.0.0.1/32' },
    },
    refuse: (to, status, code, message) => {
      refusals.set(to, { status, code, message });
    },
    accept: (to) => {
      refusals.delete(to);
    },
    report: async (baseUrl, { sid, statusCallback }, status, { signedWith = TOKEN, errorCode } = {}) => {
      const form = { MessageSid: sid, MessageStatus: status, ...(errorCode ? { ErrorCode: errorCode } : {}) };
      const answer = await fetch(baseUrl + new URL(statusCallback).pathname, {
        method: 'POST',
        headers: { 'x-twilio-signature': twilioSignature(statusCallback, form, signedWith) },
        body: new URLSearchParams(form),
      });
      return answer.status;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

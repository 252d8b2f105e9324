import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { eventually } from './eventually.js';

/** A mail as a mail server gets it, decoded. */
export interface ReceivedMail {
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  headers: string;
  /** The code that its link carries. */
  code: string | undefined;
}

/** An SMTP server that keeps what it is sent. */
export interface MailSink {
  /** For SMTP_URL. */
  url: string;
  mails: ReceivedMail[];
  /** The newest mail to an address whose subject matches; waits for it. */
  mailTo(address: string, subject?: RegExp): Promise<ReceivedMail>;
  /** How many mails to come are refused. */
  refuse(count: number): void;
  /** What RCPT TO says of an address from now on, e.g. `550 5.1.1 No such user`; `hang` says nothing at all. */
  answer(address: string, reply: string): void;
  /** Whether mails from now on are taken without their sender being told. */
  withholdReplies(withhold: boolean): void;
  close(): Promise<void>;
}

export async function startSmtp(): Promise<MailSink> {
  const mails: ReceivedMail[] = [];
  let refusals = 0;
  const replies = new Map<string, string>();
  let withholding = false;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo({ address }, _session, done) {
      const reply = replies.get(address);
      if (reply === 'hang') return;
      if (!reply) done();
      else done(Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refusals > 0) {
          refusals--;
          done(Object.assign(new Error('Try later'), { responseCode: 451 }));
          return;
        }
        const to = session.envelope.rcptTo.map(({ address }) => address).join();
        mails.push(parse(Buffer.concat(chunks).toString('latin1'), to));
        if (!withholding) done();
      });
    },
  });
  server.on('error', () => undefined); // a client that hangs up is no matter
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    mailTo: (address, subject = /./) =>
      eventually(() => {
        const found = mails.findLast((mail) => mail.to === address && subject.test(mail.subject));
        if (!found)
          throw new Error(`No mail to ${address}; there are ${mails.map(({ to }) => to).join() || 'none'}`);
        return found;
      }),
    refuse: (count) => {
      refusals = count;
    },
    answer: (address, reply) => {
      replies.set(address, reply);
    },
    withholdReplies: (withhold) => {
      withholding = withhold;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
}

function parse(raw: string, to: string): ReceivedMail {
  const [headers, body] = split(raw);
  const boundary = /boundary="([^"]+)"/.exec(headers)?.[1] ?? '';
  const parts = body.split(`--${boundary}`).map((part) => split(part.replace(/^\r\n/, '')));
  const part = (type: string) => {
    const [head, content] = parts.find(([head]) => head.includes(type)) ?? ['', ''];
    return decode(head, content).replaceAll('\r\n', '\n');
  };
  const text = part('text/plain');
  return {
    to,
    from: header(headers, 'From'),
    subject: header(headers, 'Subject'),
    text,
    html: part('text/html'),
    headers,
    code: /#token=([\w-]+)/.exec(text)?.[1],
  };
}

function split(text: string): [head: string, body: string] {
  const at = text.indexOf('\r\n\r\n');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 4)];
}

function header(headers: string, name: string): string {
  const value = new RegExp(`^${name}: (.*(?:\\r\\n\\s.*)*)`, 'mi').exec(headers)?.[1] ?? '';
  return value
    .replace(/\r\n\s+/g, ' ')
    .replace(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, text: string) => Buffer.from(text, 'base64').toString())
    .replace(/=\?utf-8\?q\?([^?]*)\?=/gi, (_, text: string) => unquote(text.replaceAll('_', ' ')));
}

function decode(head: string, content: string): string {
  if (/encoding: base64/i.test(head)) return Buffer.from(content, 'base64').toString();
  if (/encoding: quoted-printable/i.test(head)) return unquote(content.replace(/=\r\n/g, ''));
  return Buffer.from(content, 'latin1').toString();
}

function unquote(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

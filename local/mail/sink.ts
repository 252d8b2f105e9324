import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { startMailPages } from './pages.ts';

/** A mail as it was received. */
export interface SunkMail {
  id: string;
  at: Date;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  headers: { name: string; value: string }[];
}

/** An SMTP server that keeps what it is sent instead of delivering it, and shows it. */
export interface MailSink {
  /** For SMTP_URL. */
  smtpUrl: string;
  /** Where the mails can be read. */
  pageUrl: string;
  /** Newest first. */
  mails: readonly SunkMail[];
  close(): Promise<void>;
}

/** Older mails go: they are kept in memory only. */
const KEPT = 200;
const MAX_BYTES = 5_000_000;
const HOST = '127.0.0.1';

/** Starts the sink on this machine only. `pagePort` is taken if it is free, another one if not. */
export async function startMailSink(pagePort = 0): Promise<MailSink> {
  const mails: SunkMail[] = [];
  let received = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    size: MAX_BYTES,
    onData(stream, session, done) {
      buffer(stream)
        .then((raw) =>
          parsed(
            raw,
            String(++received),
            session.envelope.rcptTo.map(({ address }) => address),
          ),
        )
        .then(
          (mail) => {
            mails.unshift(mail);
            mails.length = Math.min(mails.length, KEPT);
            done();
          },
          (error: unknown) => {
            done(error instanceof Error ? error : new Error(String(error)));
          },
        );
    },
  });
  server.on('error', () => undefined); // a client that hangs up is no matter
  server.listen(0, HOST);
  await once(server.server, 'listening');
  const pages = await startMailPages(mails, pagePort);
  const { port } = server.server.address() as AddressInfo;
  return {
    smtpUrl: `smtp://${HOST}:${port}`,
    pageUrl: pages.url,
    mails,
    async close() {
      await Promise.all([
        pages.close(),
        new Promise<void>((resolve) => {
          server.close(resolve);
        }),
      ]);
    },
  };
}

async function parsed(raw: Buffer, id: string, to: string[]): Promise<SunkMail> {
  const { from, subject = '', text = '', html = '', headers } = await PostalMime.parse(raw);
  const sender = from?.name ? `${from.name} <${from.address ?? ''}>` : (from?.address ?? '');
  return {
    ...{ id, at: new Date(), from: sender, to, subject, text, html },
    headers: headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
  };
}

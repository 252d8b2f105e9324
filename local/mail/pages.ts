import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SunkMail } from './sink.ts';
import { mailPage } from './mail-page.ts';

const HOST = '127.0.0.1';
/** The page loads nothing from anywhere but the mail in its frame. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'";
/** A mail's HTML is a stranger's: no scripts, no forms, nothing loaded, an origin of its own. */
const MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Serves the pages to read mails on; `port` if it is free. */
export async function startMailPages(
  mails: readonly SunkMail[],
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response, mails);
  });
  await listen(server, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${taken}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, HOST);
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    server.listen(0, HOST);
    await once(server, 'listening');
  }
}

function answer(request: IncomingMessage, response: ServerResponse, mails: readonly SunkMail[]): void {
  const { url = '/', method, headers } = request;
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  // a name that a page elsewhere has pointed here must not read mails (DNS rebinding)
  if (host !== HOST && host !== 'localhost')
    return send(response, 421, 'text/plain', 'Not this host.', PAGE_POLICY);
  if (method !== 'GET') return send(response, 405, 'text/plain', 'Only GET.', PAGE_POLICY);
  const [path = '/'] = url.split('?');
  const [, id, part] = /^\/mails\/(\d+)(\/html)?$/.exec(path) ?? [];
  const mail = mails.find((one) => one.id === id);
  if (path !== '/' && !mail) return send(response, 404, 'text/html', mailPage(mails, undefined), PAGE_POLICY);
  if (mail && part) return send(response, 200, 'text/html', mail.html, MAIL_POLICY);
  return send(response, 200, 'text/html', mailPage(mails, mail), PAGE_POLICY);
}

function send(response: ServerResponse, status: number, type: string, body: string, policy: string): void {
  response
    .writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    .end(body);
}

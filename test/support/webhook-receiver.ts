import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Answerer = (request: ReceivedWebhook, response: ServerResponse) => void;

/** A tenant's server: keeps what it is sent and answers as it is told, per path. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  private readonly answers = new Map<string, Answerer>();
  private readonly server = createServer((request, response) => void this.handle(request, response));

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** How a path answers; 204 where nothing is said. */
  answer(path: string, answerer: Answerer): void {
    this.answers.set(path, answerer);
  }

  at(path: string): ReceivedWebhook[] {
    return this.received.filter((request) => request.path === path);
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
    const received = { path: request.url ?? '', headers: request.headers, body };
    this.received.push(received);
    const answer = this.answers.get(received.path);
    if (answer) answer(received, response);
    else response.writeHead(204).end();
  }
}

export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answerer =>
  (_request, response) => {
    response.writeHead(code, headers).end(body);
  };

import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { AddressInfo } from 'node:net';

/** One item of an envelope (https://develop.sentry.dev/sdk/data-model/envelopes/). */
export interface EnvelopeItem {
  type: string;
  payload: Record<string, any>;
}

/** A stand-in for Sentry that keeps what it is sent. */
export interface SentryServer {
  dsn: string;
  items: EnvelopeItem[];
  /** Everything received, as it came. */
  text(): string;
  close(): Promise<void>;
}

export async function sentryServer(): Promise<SentryServer> {
  const received: string[] = [];
  const items: EnvelopeItem[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString(
        'utf8',
      );
      received.push(text);
      items.push(...itemsOf(text));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    dsn: `http://public@127.0.0.1:${port}/1`,
    items,
    text: () => received.join('\n'),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** Items are a header line and a payload line after the envelope's own header line. */
function itemsOf(envelope: string): EnvelopeItem[] {
  const [, ...lines] = envelope.split('\n').filter(Boolean);
  return lines.flatMap((line, at) => {
    if (at % 2 !== 0) return [];
    return [{ type: JSON.parse(line).type, payload: JSON.parse(lines[at + 1] ?? '{}') }];
  });
}

import { request, type ClientRequest } from 'node:http';
import type { Answer } from './client.js';

export interface SlowAnswer {
  status: number;
  body: Answer['body'];
  /** Bytes of the body that were handed to the socket before the answer came. */
  sent: number;
}

export interface SlowUpload {
  url: string;
  credentials: string;
  headers: Record<string, string | number>;
  body: Iterable<Buffer> | AsyncIterable<Buffer>;
}

/**
 * Sends a body with back pressure over a bare socket, and stops sending as soon as the server answers: what a client
 * of a large file does, and `fetch` does not show.
 */
export async function slowUpload({ url, credentials, headers, body }: SlowUpload): Promise<SlowAnswer> {
  const { call, answered, failed } = open(url, credentials, headers);
  let sent = 0;
  const ended = { yet: false };
  void failed.then(() => (ended.yet = true));
  void answered.finally(() => (ended.yet = true));
  for await (const chunk of body) {
    if (ended.yet) break;
    sent += chunk.length;
    if (!call.write(chunk)) await Promise.race([drained(call), answered, failed]);
  }
  call.end();
  const { status, text } = await answered;
  call.destroy();
  return { status, body: JSON.parse(text), sent };
}

/** Begins an upload and breaks the connection after `body`. Resolves when the socket is closed. */
export async function brokenUpload({ url, credentials, headers, body }: SlowUpload): Promise<void> {
  const { call, failed } = open(url, credentials, headers);
  for await (const chunk of body) if (!call.write(chunk)) await Promise.race([drained(call), failed]);
  await new Promise<void>((resolve) => {
    call.once('close', resolve);
    // what was written has left for the server when the socket is flushed
    call.socket?.destroySoon();
  });
}

function open(url: string, credentials: string, headers: Record<string, string | number>) {
  const call = request(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${credentials}`, ...headers },
  });
  const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
    call.once('error', reject);
    call.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (more: string) => (text += more));
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
      response.once('error', reject);
    });
  });
  answered.catch(() => undefined);
  call.on('error', () => undefined);
  const failed = new Promise<void>((resolve) => call.once('close', resolve));
  return { call, answered, failed };
}

const drained = (call: ClientRequest) => new Promise<void>((resolve) => call.once('drain', resolve));

import type { Answer } from './client.js';

/** A server-sent event. */
export interface StreamEvent {
  event: string;
  data: Answer['body'];
}

/** An open event stream: read it to its end, or leave. */
export interface EventStream extends AsyncIterable<StreamEvent> {
  status: number;
  headers: Headers;
  leave(): void;
}

/** Opens a stream of server-sent events (WHATWG HTML, 9.2), data as JSON. Ends when the server ends it. */
export async function eventStream(url: string, credentials: string): Promise<EventStream> {
  const leaving = new AbortController();
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${credentials}`, accept: 'text/event-stream' },
    signal: leaving.signal,
  });
  // held: a response that is collected unread is cancelled
  const { status, headers } = response;
  return {
    status,
    headers,
    leave: () => {
      leaving.abort();
    },
    async *[Symbol.asyncIterator]() {
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        const blocks = (text + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/);
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const event = parseEvent(block);
          if (event) yield event;
        }
      }
    },
  };
}

/** Reads a stream to its end, pings left out. */
export async function allEvents(stream: EventStream): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of stream) if (event.event !== 'ping') events.push(event);
  return events;
}

function parseEvent(block: string): StreamEvent | undefined {
  const field = (name: string) =>
    block
      .split(/\r?\n/)
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ''))
      .join('\n');
  const data = field('data');
  return data === '' ? undefined : { event: field('event') || 'message', data: JSON.parse(data) };
}

import { Agent, request } from 'node:http';
import type { LoadRequest } from './case.ts';

/** An answer to one of the requests of a steady load. */
export interface SteadyAnswer {
  /** 0 when there was none. */
  readonly status: number;
  readonly cache: string | undefined;
  /** From when it was due, so that a server which falls behind cannot hide it. */
  readonly ms: number;
  /** Milliseconds since 1970, as records have them. */
  readonly dueAt: number;
}

/** Short: what a request waits for its tick is counted as if it waited for the server. */
const TICK_MS = 1;

/** Sends requests at a rate for a time, whatever the server does, and waits for the last answer. */
export async function steadyLoad(
  baseUrl: string,
  next: () => LoadRequest,
  { perSecond, seconds, connections }: { perSecond: number; seconds: number; connections: number },
): Promise<SteadyAnswer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const began = performance.now();
  const all = perSecond * seconds;
  const answers: Promise<SteadyAnswer>[] = [];
  while (answers.length < all) {
    const due = Math.min(all, Math.floor(((performance.now() - began) * perSecond) / 1_000));
    while (answers.length < due) {
      answers.push(answerTo(baseUrl, next(), agent, began + (answers.length * 1_000) / perSecond));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  const answered = await Promise.all(answers);
  agent.destroy();
  return answered;
}

function answerTo(
  baseUrl: string,
  { method, path, headers, body }: LoadRequest,
  agent: Agent,
  due: number,
): Promise<SteadyAnswer> {
  return new Promise((resolve) => {
    const done = (status: number, cache?: string) => {
      resolve({ status, cache, ms: performance.now() - due, dueAt: performance.timeOrigin + due });
    };
    const sent = request(baseUrl + path, { method, headers, agent }, (response) => {
      response.resume();
      response.once('end', () => done(response.statusCode ?? 0, response.headers['x-cache'] as string));
      response.once('error', () => done(0));
    });
    sent.once('error', () => done(0));
    sent.end(body);
  });
}

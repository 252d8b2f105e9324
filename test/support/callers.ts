import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer } from './client.js';

/** A POST of JSON. */
export interface ParallelCall {
  url: string;
  credentials: string;
  json: object;
}

type Raw = { status: number; headers: [string, string][]; text: string };

/**
 * Calls from a process for each of the plans, all beginning at one word; of a plan `atOnce` calls are under way. Gives the
 * answers of each plan, in its order.
 */
export async function callFromProcesses(plans: ParallelCall[][], atOnce = 1): Promise<Answer[][]> {
  const children = plans.map(() => fork(join(import.meta.dirname, 'caller.mjs'), { execArgv: [] }));
  try {
    await Promise.all(children.map((child) => once(child, 'message'))); // ready
    return await Promise.all(
      children.map(async (child, n) => {
        const answered = Promise.race([
          once(child, 'message'),
          once(child, 'exit').then(([code]) => Promise.reject(new Error(`a caller ended with ${code}`))),
        ]);
        child.send({ calls: plans[n], atOnce });
        const [answers] = (await answered) as [Raw[]];
        return answers.map(toAnswer);
      }),
    );
  } finally {
    for (const child of children) child.kill();
  }
}

function toAnswer({ status, headers, text }: Raw): Answer {
  const known = new Headers(headers);
  const isJson = /json/.test(known.get('content-type') ?? '');
  return { status, headers: known, text, body: isJson && text ? JSON.parse(text) : undefined };
}

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
 * Sends calls from several processes, all beginning at one word: the n-th call by process n modulo `processes`, each with
 * `atOnce` under way. Gives the answers in the order of the calls.
 */
export async function callFromProcesses(
  calls: ParallelCall[],
  { processes, atOnce }: { processes: number; atOnce: number },
): Promise<Answer[]> {
  const plans = Array.from({ length: processes }, (_, n) => calls.filter((_, at) => at % processes === n));
  const children = plans.map(() => fork(join(import.meta.dirname, 'caller.mjs'), { execArgv: [] }));
  try {
    await Promise.all(children.map((child) => once(child, 'message'))); // ready
    const answers = await Promise.all(
      children.map(async (child, n) => {
        const answered = Promise.race([
          once(child, 'message'),
          once(child, 'exit').then(([code]) => Promise.reject(new Error(`a caller ended with ${code}`))),
        ]);
        child.send({ calls: plans[n], atOnce });
        const [raw] = (await answered) as [Raw[]];
        return raw.map(toAnswer);
      }),
    );
    return calls.map((_, at) => answers[at % processes]![Math.floor(at / processes)]!);
  } finally {
    for (const child of children) child.kill();
  }
}

function toAnswer({ status, headers, text }: Raw): Answer {
  const known = new Headers(headers);
  const isJson = /json/.test(known.get('content-type') ?? '');
  return { status, headers: known, text, body: isJson && text ? JSON.parse(text) : undefined };
}

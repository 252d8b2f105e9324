import { createRedisBackend, type BackendFactory, type MinimalJob, type RedisQueueBackend } from 'bullmq';
import { Batcher } from '../database/batcher.js';
import type { Ending, EntryData, Later, QueueScripts } from './queue-scripts.js';
import { QUEUES, type QueueName, type QueuePolicy } from './queues.js';

/** Short jobs that were taken together end together, with those that ended while the command was under way. */
const TOGETHER = { wholeTurn: true };

/** What a place of a worker wants: to end a job and maybe take the next, or to take one under the token of its lock. */
type Step = Ending | string;

interface Outcome {
  code: number;
  /** As BullMQ's worker expects it; empty where none was asked for. */
  next: unknown[];
}

/**
 * BullMQ's backend for workers, with two operations of ours: jobs that end well and jobs that are taken at the same
 * moment share one command, and the next of their groups enter with it. Retries, failures, stalled jobs, delays and rates of
 * whole queues stay BullMQ's.
 */
export function queueBackend(
  scripts: QueueScripts,
  lockMs: number,
  admitLater: (queue: QueueName, later: readonly Later[]) => void,
): BackendFactory<RedisQueueBackend> {
  return (name, opts, options) => {
    const queue = name as QueueName;
    const backend = createRedisBackend(name, opts, options);
    const takeOne = backend.moveToActive.bind(backend);
    const { perSecond }: QueuePolicy = QUEUES[queue];
    const steps = new Batcher<Step, Outcome>((all) => takeTurn(all), TOGETHER);

    async function takeTurn(all: Step[]): Promise<Outcome[]> {
      const tokens = all.filter((step) => typeof step === 'string');
      const ended = all.filter((step) => typeof step !== 'string');
      const turn = await scripts.turn(queue, lockMs, ended, tokens);
      admitLater(queue, turn.later);
      let took = 0;
      const next = () => {
        const taken = turn.taken[took++];
        return taken ? [taken, taken.id, 0, 0] : [null, 0, 0, turn.nextDelayed];
      };
      const ends = ended.map(({ more }, at) => {
        const code = turn.codes[at] ?? 0;
        return { code, next: code === 0 && more ? next() : [] };
      });
      const takes = tokens.map(() => ({ code: 0, next: next() }));
      return all.map((step) => (typeof step === 'string' ? takes : ends).shift() as Outcome);
    }

    return Object.assign(backend, {
      async moveToActive(token: string, worker?: string) {
        if (perSecond !== undefined) return takeOne(token, worker);
        return (await steps.ask(token)).next;
      },
      async moveToCompleted(job: MinimalJob, _: unknown, __: unknown, token: string, more: boolean) {
        const { id = '', attemptsMade } = job;
        const { group = '' } = job.data as EntryData;
        const limited = perSecond !== undefined;
        const finishedOn = Date.now();
        const ending = { id, token, tries: attemptsMade + 1, group, more: more && !limited };
        const { code, next } = await steps.ask(ending);
        if (code < 0)
          throw backend.finishedErrors({ code, jobId: id, command: 'moveToCompleted', state: 'active' });
        if (!more || !limited) return { result: next, finishedOn };
        return { result: await takeOne(token).catch(() => []), finishedOn }; // it has ended: the place asks again
      },
    });
  };
}

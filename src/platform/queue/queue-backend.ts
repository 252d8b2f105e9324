import { createRedisBackend, raw2NextJobData, type BackendFactory, type MinimalJob, type RedisQueueBackend } from 'bullmq';
import { Batcher } from '../database/batcher.js';
import type { Ending, EntryData, Later, QueueScripts } from './queue-scripts.js';
import { QUEUES, type QueueName, type QueuePolicy } from './queues.js';

/** Commands of a queue under way: while one is answered the next gathers. */
const AT_ONCE = 1;
const NOTHING_DELAYED = 0;

/** What a place of a worker wants: to end a job, to take one (under the token of its lock), or both. */
interface Step {
  ended?: Ending;
  token?: string;
}

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
    const steps = new Batcher<Step, Outcome>((all) => takeTurn(all), { atOnce: AT_ONCE });

    async function takeTurn(all: Step[]): Promise<Outcome[]> {
      const ended = all.flatMap((step) => step.ended ?? []);
      const tokens = all.flatMap(({ token }) => token ?? []);
      const turn = await scripts.turn(queue, lockMs, ended, tokens);
      admitLater(queue, turn.later);
      let [ends, takes] = [0, 0];
      return all.map((step) => {
        const code = step.ended ? (turn.codes[ends++] ?? 0) : 0;
        if (step.token === undefined) return { code, next: [] };
        const taken = turn.taken[takes++];
        const next = taken
          ? raw2NextJobData([taken.fields, taken.id, 0, NOTHING_DELAYED])
          : [null, 0, 0, turn.nextDelayed];
        return { code, next };
      });
    }

    return Object.assign(backend, {
      async moveToActive(token: string, worker?: string) {
        if (perSecond !== undefined) return takeOne(token, worker);
        return (await steps.ask({ token })).next;
      },
      async moveToCompleted(job: MinimalJob, _: unknown, __: unknown, token: string, more: boolean) {
        const { id = '', attemptsMade } = job;
        const { group = '' } = job.data as EntryData;
        const limited = perSecond !== undefined;
        const finishedOn = Date.now();
        const { code, next } = await steps.ask({
          ended: { id, token, tries: attemptsMade + 1, group },
          ...(more && !limited ? { token } : {}),
        });
        if (code < 0)
          throw backend.finishedErrors({ code, jobId: id, command: 'moveToCompleted', state: 'active' });
        return { result: more && limited ? await takeOne(token) : next, finishedOn };
      },
    });
  };
}

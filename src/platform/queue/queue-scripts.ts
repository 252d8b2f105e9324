import type { JobJson, JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { ADMIT, ENTER, FOREMOST, HELD, KNOWN, LEAVE, TURN } from './queue-lua.js';
import { jobOptions, KEEP_COMPLETED, QUEUES, type QueueName, type QueuePolicy } from './queues.js';
import type { JobRecord } from './job.js';

const SCRIPTS = {
  jobsEnter: ENTER,
  jobsTurn: TURN,
  jobsAdmit: ADMIT,
  jobsLeave: LEAVE,
  jobsHeld: HELD,
  jobsForemost: FOREMOST,
  jobsKnown: KNOWN,
};

export type Queueable = Pick<JobRecord, 'id' | 'name' | 'queue' | 'priority' | 'group'>;

/** A group that has used up its rate, and when to let more of it in. */
export interface Later {
  group: string;
  ms: number;
}

export interface Ending {
  id: string;
  /** Of the worker's lock. */
  token: string;
  /** With this one. */
  tries: number;
  group: string;
  /** Whether the next is to be taken under the token, if this one ends well. */
  more: boolean;
}

export interface Turn {
  /** BullMQ's code for each that ended, 0 where all was well. */
  codes: number[];
  /** Those taken: for what ended well and wanted more first, then for the tokens. */
  taken: JobJson[];
  /** When the first delayed one is due, in ms; 0 for none. */
  nextDelayed: number;
  later: Later[];
}

/** What an entry of BullMQ carries: no payload. */
export interface EntryData {
  group?: string;
  /** Its record may have changed since it was queued. */
  askFirst?: true;
}

type Argument = string | number;
type Script = (...args: Argument[]) => Promise<unknown>;

/** As the script reads them: numbers and texts, null for what an entry does not have. */
type Fields = (string | number | null)[];

/** Our scripts on the keys of BullMQ's queues, over a connection. Ids and groups only: payloads stay in the database. */
export class QueueScripts {
  constructor(
    private readonly connection: Redis,
    private readonly prefix: string,
  ) {
    for (const [name, lua] of Object.entries(SCRIPTS))
      connection.defineCommand(name, { numberOfKeys: 1, lua });
  }

  /** Jobs of one queue enter it, or wait for room of their group. One that the queue knows stays where it is. */
  async enter(queue: QueueName, jobs: readonly Queueable[]): Promise<Later[]> {
    const entries = jobs.flatMap(({ id, name, priority, group }) => [id, name, priority, group ?? '']);
    const args = [Date.now(), JSON.stringify(jobOptions(queue)), ...entries];
    return toLater(await this.run('jobsEnter', queue, ...policyOf(queue), ...args));
  }

  /** Ends these jobs, and takes others as far as there are any. */
  async turn(queue: QueueName, lockMs: number, ended: Ending[], tokens: string[]): Promise<Turn> {
    const ending = ended.flatMap(({ id, token, tries, group, more }) => [
      id,
      token,
      tries,
      group,
      more ? 1 : 0,
    ]);
    const args = [Date.now(), lockMs, KEEP_COMPLETED, ended.length, ...ending, ...tokens];
    const [codes, taken, score, later] = (await this.run('jobsTurn', queue, ...policyOf(queue), ...args)) as [
      number[],
      [string, (string | null)[]][],
      number,
      Argument[],
    ];
    const opts = jobOptions(queue);
    return {
      codes,
      taken: taken.map((one) => toJobJson(one, opts)),
      nextDelayed: score / 0x1000, // BullMQ keeps the time in the upper bits
      later: toLater(later),
    };
  }

  /** Lets in of these groups who has room. */
  async admit(queue: QueueName, groups: readonly string[]): Promise<Later[]> {
    return toLater(await this.run('jobsAdmit', queue, ...policyOf(queue), ...groups));
  }

  /** A job gives its place, or its place in the line, to the next of its group. */
  async leave({ queue, id, group }: Pick<Queueable, 'queue' | 'id' | 'group'>): Promise<Later[]> {
    if (group === null) return [];
    return toLater(await this.run('jobsLeave', queue, ...policyOf(queue), id, group));
  }

  /** Those that have jobs waiting for room. */
  async groupsWaiting(queue: QueueName): Promise<string[]> {
    return this.connection.smembers(`${this.base(queue)}groups`);
  }

  /** Whether a job waits for room of its group. */
  async isHeld({ queue, id, group }: Queueable): Promise<boolean> {
    return group !== null && (await this.connection.zscore(`${this.base(queue)}held:${group}`, id)) !== null;
  }

  /** The ids that are taken next, as many as there are. */
  async foremost(queue: QueueName, atMost: number): Promise<string[]> {
    return (await this.run('jobsForemost', queue, atMost)) as string[];
  }

  /** How many jobs wait for room of their groups. */
  async held(queue: QueueName): Promise<number> {
    return (await this.run('jobsHeld', queue)) as number;
  }

  /** When each of these jobs ended in the queue, in ms; undefined where it has not, null where the queue does not know it. */
  async known(queue: QueueName, ids: readonly string[]): Promise<(number | undefined | null)[]> {
    const known = (await this.run('jobsKnown', queue, ...ids)) as (string | null)[];
    return known.map((endedAt) => (endedAt === null ? null : endedAt === '' ? undefined : Number(endedAt)));
  }

  private run(name: keyof typeof SCRIPTS, queue: QueueName, ...args: Argument[]): Promise<unknown> {
    const commands = this.connection as unknown as Record<typeof name, Script>;
    return commands[name](this.base(queue), ...args);
  }

  private base(queue: QueueName): string {
    return `${this.prefix}:${queue}:`;
  }
}

function policyOf(queue: QueueName): [perTenant: number, tenantPerSecond: number] {
  const { perTenant, tenantPerSecond = 0 }: QueuePolicy = QUEUES[queue];
  return [perTenant, tenantPerSecond];
}

/** As BullMQ makes it of an entry, with the options of today. */
function toJobJson([id, fields]: [string, Fields], opts: JobsOptions): JobJson {
  const [name, data, timestamp, priority, started, made, stalled, stacktrace, deferred] = fields;
  return {
    ...{ id, name: String(name), data: String(data), opts, progress: 0 },
    ...{ timestamp: Number(timestamp), delay: 0, priority: Number(priority), processedOn: Date.now() },
    ...{ attemptsStarted: Number(started), attemptsMade: Number(made), stalledCounter: Number(stalled) },
    ...{ failedReason: '', returnvalue: 'null' },
    ...(stacktrace === null ? {} : { stacktrace: String(stacktrace) }),
    ...(deferred === null ? {} : { deferredFailure: String(deferred) }),
  };
}

function toLater(pairs: unknown): Later[] {
  const flat = pairs as Argument[];
  return flat.flatMap((group, at) =>
    at % 2 === 0 ? [{ group: String(group), ms: Number(flat[at + 1]) }] : [],
  );
}

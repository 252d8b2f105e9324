import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../observability/observability.module.js';
import { Batcher } from '../database/batcher.js';
import { JobGateRepository, type AtGate } from './job-gate.repository.js';
import { JobsAhead } from './jobs-ahead.js';
import { toRecord } from './jobs.repository.js';
import { QueueRegistry } from './queue-registry.js';
import { QUEUES, type QueueName, type QueuePolicy } from './queues.js';

/** Waiting jobs of a group that are read at a time. */
const AHEAD = 32;
/**
 * For so long those that were read are the next, and what comes in meanwhile on another instance comes after them. Then
 * one place is left to the gate, which counts: should it have been one too many, it is not given again.
 */
const FRESH_MS = 1_000;
const MOST_GROUPS = 1_000;

/** The next of a group, those that were read, and after which one others follow. */
interface Next {
  jobs: AtGate[];
  last: AtGate | undefined;
  since: number;
}

interface Place {
  queue: QueueName;
  group: string;
}

/**
 * Gives the place of a job whose handler has ended to the next of its group before its record is closed: places that
 * end together in one command for all groups, and each group's next are read many at a time.
 */
@Injectable()
export class JobPasses {
  private readonly passes = new Batcher<Place, boolean>((places) => this.passMany(places));
  private readonly next = new Map<string, Next>();

  constructor(
    private readonly repository: JobGateRepository,
    private readonly queues: QueueRegistry,
    private readonly ahead: JobsAhead,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * False where nobody took the place: the gate has to look once the record is closed. So it is where the jobs of a
   * group run one by one, which each wait for the record of the one before, and where a rate decides. Never throws.
   */
  async pass(queue: QueueName, group: string | null): Promise<boolean> {
    const { perTenant, tenantPerSecond }: QueuePolicy = QUEUES[queue];
    if (group === null || perTenant === 1 || tenantPerSecond !== undefined) return false;
    try {
      return await this.passes.ask({ queue, group });
    } catch (err) {
      this.logger.warn({ err, queue }, 'Waiting jobs could not be queued yet');
      return false;
    }
  }

  /** Queues what was let in, or has it wait again where that fails. */
  async enqueue(jobs: AtGate[]): Promise<void> {
    const queues = Map.groupBy(jobs, ({ queue }) => queue).values();
    try {
      await Promise.all([...queues].map((own) => this.queues.addMany(own.map(toRecord))));
    } catch (error) {
      await this.repository.giveBack(jobs.map(({ _id }) => _id));
      throw error;
    }
  }

  /** A job of this group has come that may be before those which were read. */
  forget(queue: QueueName, group: string): void {
    const known = this.next.get(keyOf(queue, group));
    if (known) [known.jobs, known.last] = [[], undefined];
  }

  private async passMany(places: Place[]): Promise<boolean[]> {
    const keys = places.map(({ queue, group }) => keyOf(queue, group));
    const byKey = Map.groupBy(places, (_, at) => keys[at] as string);
    await Promise.all([...byKey].map(([key, own]) => this.refill(key, own)));
    const chosen = keys.map((key) => this.next.get(key)?.jobs.shift());
    const jobs = chosen.filter((job) => job !== undefined);
    if (jobs.length === 0) return places.map(() => false);
    const claimed = await this.repository.claim(jobs.map(({ _id }) => _id));
    const own = jobs.filter(({ _id }) => claimed.has(String(_id)));
    for (const job of own) this.ahead.put(job);
    await this.enqueue(own);
    return chosen.map((job, at) => {
      const passed = job !== undefined && claimed.has(String(job._id));
      if (job && !passed) this.next.delete(keys[at] as string); // another instance takes them, too
      return passed;
    });
  }

  private async refill(key: string, { length, 0: place }: readonly Place[]): Promise<void> {
    const known = this.next.get(key);
    const now = Date.now();
    if (!known || now - known.since > FRESH_MS) {
      if (this.next.size >= MOST_GROUPS) this.next.clear();
      this.next.set(key, { jobs: [], last: undefined, since: now });
    } else if (place && known.jobs.length < length) {
      const limit = Math.max(AHEAD, length);
      const more = await this.repository.firstHeld(place.queue, place.group, limit, known.last);
      known.jobs.push(...more);
      known.last = more.at(-1);
    }
  }
}

/** Names a group of a queue. */
export function keyOf(queue: QueueName, group: string): string {
  return `${queue} ${group}`;
}

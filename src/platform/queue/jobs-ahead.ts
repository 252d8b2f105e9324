import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../observability/observability.module.js';
import { JobJournal } from './job-journal.js';
import type { JobRecord } from './job.js';
import { QueueRegistry } from './queue-registry.js';
import { QUEUES, type QueueName } from './queues.js';

/** How many are read at a time for each place of a queue; more are read when half of them have begun. */
const AHEAD = 4;
const AT_LEAST = 128;
/** A record is run by what was read of it for so long. */
const FRESH_MS = 500;
/** Two jobs of a queue that begin within this make it busy: only then is anything read ahead. */
const BUSY_MS = 20;
/** Where so few wait, they are taken before they could be read: a while later there may be more. */
const FEW = 8;
const PAUSE_MS = 50;

/** Of one queue. */
interface Ahead {
  records: Map<string, { record: JobRecord; readAt: number }>;
  most: number;
  /** When fewer are left, more are read. */
  enough: number;
  /** When more may be read; never while that is under way. */
  notBefore: number;
  lastTaken: number;
}

/**
 * Records of the jobs that wait foremost in a busy queue, read many in one command before anybody takes them: else
 * every place stands still for a read, and a short job costs a command of its own. Only such as have never run.
 */
@Injectable()
export class JobsAhead {
  private readonly queuesAhead = new Map<QueueName, Ahead>();

  constructor(
    private readonly journal: JobJournal,
    private readonly queues: QueueRegistry,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The job as running from now on; undefined where its record has to be asked for. */
  take(queue: QueueName, id: string): JobRecord | undefined {
    const now = Date.now();
    const ahead = this.of(queue);
    const found = ahead.records.get(id);
    ahead.records.delete(id);
    const busy = now - ahead.lastTaken < BUSY_MS;
    ahead.lastTaken = now;
    if (busy && now >= ahead.notBefore && ahead.records.size < ahead.enough) void this.read(queue, ahead);
    if (!found || now - found.readAt > FRESH_MS) return undefined;
    return { ...found.record, state: 'active', attempts: 1, startedAt: new Date(now) };
  }

  private of(queue: QueueName): Ahead {
    let ahead = this.queuesAhead.get(queue);
    if (!ahead) {
      const most = Math.max(AT_LEAST, AHEAD * QUEUES[queue].concurrency);
      this.queuesAhead.set(queue, (ahead = { most, enough: most / 2, records: new Map(), notBefore: 0, lastTaken: 0 }));
    }
    return ahead;
  }

  private async read(queue: QueueName, ahead: Ahead): Promise<void> {
    ahead.notBefore = Infinity;
    let found = 0;
    try {
      const readAt = Date.now();
      const ids = await this.queues.foremost(queue, ahead.most);
      const old = ahead.records;
      const missing = ids.filter((id) => readAt - (old.get(id)?.readAt ?? 0) > FRESH_MS / 2);
      const read = missing.length > 0 ? await this.journal.firstRuns(missing) : [];
      found = read.length;
      const records = new Map(read.map((record) => [record.id, { record, readAt }]));
      for (const id of ids) {
        const known = old.get(id); // what was taken meanwhile is gone from there
        if (known && !records.has(id)) records.set(id, known);
      }
      ahead.records = records;
      ahead.enough = Math.max(FEW, ids.length) / 2; // of tenants' jobs only some stand in the queue
    } catch (err) {
      this.logger.debug({ err, queue }, 'Jobs could not be read ahead');
    } finally {
      ahead.notBefore = found < FEW ? Date.now() + PAUSE_MS : 0;
    }
  }
}

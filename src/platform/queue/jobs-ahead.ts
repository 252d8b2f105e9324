import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../observability/observability.module.js';
import { JobJournal } from './job-journal.js';
import type { JobRecord } from './job.js';
import { QueueRegistry } from './queue-registry.js';
import type { QueueName } from './queues.js';

/** A record is run by what was read of it for so long. */
const FRESH_MS = 500;
/** As many are read at a time as will begin meanwhile at the present pace, within these bounds. */
const AHEAD_MS = 250;
const AT_LEAST = 128;
const AT_MOST = 1_000;
/** Two jobs of a queue that begin within this make it busy: only then is anything read ahead. */
const BUSY_MS = 20;
/** Where so few wait, they are taken before they could be read: a while later there may be more. */
const FEW = 8;
const PAUSE_MS = 50;

/** Of one queue. */
interface Ahead {
  records: Map<string, { record: JobRecord; readAt: number }>;
  /** When fewer are left, more are read: half of what there was. */
  enough: number;
  /** How many have begun since the last were read, and when that was. */
  begun: number;
  since: number;
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
    ahead.begun++;
    if (busy && now >= ahead.notBefore && ahead.records.size < ahead.enough) void this.read(queue, ahead);
    if (!found || now - found.readAt > FRESH_MS) return undefined;
    return { ...found.record, state: 'active', attempts: 1, startedAt: new Date(now) };
  }

  private of(queue: QueueName): Ahead {
    let ahead = this.queuesAhead.get(queue);
    if (!ahead) {
      const records: Ahead['records'] = new Map();
      ahead = { records, enough: AT_LEAST / 2, begun: 0, since: Date.now(), notBefore: 0, lastTaken: 0 };
      this.queuesAhead.set(queue, ahead);
    }
    return ahead;
  }

  private async read(queue: QueueName, ahead: Ahead): Promise<void> {
    ahead.notBefore = Infinity;
    let found = 0;
    try {
      const readAt = Date.now();
      const pace = ahead.begun / Math.max(1, readAt - ahead.since);
      [ahead.begun, ahead.since] = [0, readAt];
      const wanted = Math.min(AT_MOST, Math.max(AT_LEAST, Math.ceil(pace * AHEAD_MS)));
      const ids = await this.queues.scripts.foremost(queue, wanted);
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

import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { Logger } from 'pino';
import { LOGGER } from '../observability/observability.module.js';
import { Batcher } from '../database/batcher.js';
import { JobGateRepository } from './job-gate.repository.js';
import { JobPasses, keyOf } from './job-passes.js';
import { TenantRate } from './tenant-rate.js';
import { QUEUES, type QueueName } from './queues.js';

/**
 * Fairness within a queue: of each group (a tenant) no more than `perTenant` jobs are queued or running, the others
 * wait in the database. The queue itself stays first come first served, and so a single job never stands behind
 * another tenant's ten thousand. With a `tenantPerSecond` no more than that of a group are let in in a second. Whoever
 * ends a job lets the next of its group in, at once where it can (`JobPasses`); what a crash left is let in by the
 * reconciler. Of one group the jobs come in the order of priority, then of their start.
 */
@Injectable()
export class JobGate implements OnModuleDestroy {
  private readonly claims = new Batcher<Types.ObjectId, boolean>(async (ids) => {
    const claimed = await this.repository.claim(ids);
    return ids.map((id) => claimed.has(String(id)));
  });
  /** Groups being looked at; true when that has to be done once more. */
  private readonly looking = new Map<string, boolean>();
  /** Of groups that have used up their rate: when to look again. */
  private readonly later = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly repository: JobGateRepository,
    private readonly passes: JobPasses,
    private readonly rate: TenantRate,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Looks whether a group has room, beside the caller's work: called again while it looks, it looks once more. */
  soon(queue: QueueName, group: string | null): void {
    if (group === null) return;
    const key = keyOf(queue, group);
    if (this.looking.has(key)) {
      this.looking.set(key, true);
      return;
    }
    this.looking.set(key, false);
    this.look(queue, group)
      .catch((err: unknown) => {
        this.logger.warn({ err, queue }, 'Waiting jobs could not be queued yet');
      })
      .finally(() => {
        const again = this.looking.get(key);
        this.looking.delete(key);
        if (again) this.soon(queue, group);
      });
  }

  /** Lets as many of the group's waiting jobs into the queue as it has room for; a new one may be before the others. */
  async admit(queue: QueueName, group: string): Promise<void> {
    this.passes.forget(queue, group);
    await this.look(queue, group);
  }

  /** As `admit`, beside the caller's work. */
  arrived(queue: QueueName, group: string | null): void {
    if (group === null) return;
    this.passes.forget(queue, group);
    this.soon(queue, group);
  }

  onModuleDestroy(): void {
    for (const timer of this.later.values()) clearTimeout(timer);
  }

  private async look(queue: QueueName, group: string): Promise<void> {
    const { perTenant } = QUEUES[queue];
    const [admitted, held] = await this.repository.heads(queue, group, 2 * perTenant);
    const room = held.slice(0, Math.max(0, perTenant - admitted.length));
    const { jobs, retryMs } = await this.rate.take(queue, group, room.length);
    if (jobs < room.length) this.lookLater(queue, group, retryMs);
    const next = room.slice(0, jobs);
    if (next.length === 0) return;
    const own = await Promise.all(next.map(({ _id }) => this.claims.ask(_id)));
    const claimed = next.filter((_, at) => own[at]);
    if (claimed.length < next.length) this.soon(queue, group); // others were let in meanwhile
    await this.passes.enqueue(claimed);
  }

  /** Should this process end before, the reconciler of another looks. */
  private lookLater(queue: QueueName, group: string, ms: number): void {
    const key = keyOf(queue, group);
    if (this.later.has(key)) return;
    const look = () => {
      this.later.delete(key);
      this.soon(queue, group);
    };
    this.later.set(key, setTimeout(look, ms).unref());
  }
}

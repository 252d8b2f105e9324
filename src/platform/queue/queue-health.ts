import { Injectable } from '@nestjs/common';
import { DeadLettersRepository } from './dead-letters.repository.js';
import { QueueRegistry } from './queue-registry.js';
import { QUEUE_NAMES, type QueueName } from './queues.js';

export interface QueueState {
  queue: QueueName;
  waiting: number;
  active: number;
  /** Waiting for the time of their next try. */
  delayed: number;
  /** Waiting beside it, since enough of their tenant's are in the queue. */
  held: number;
  /** Given up. */
  dead: number;
  /** Age of the one that has waited longest in the queue. */
  oldestSeconds: number;
  workers: number;
}

/** How the queues stand. */
@Injectable()
export class QueueHealth {
  constructor(
    private readonly queues: QueueRegistry,
    private readonly letters: DeadLettersRepository,
  ) {}

  /** @throws AppError `queue_unavailable` */
  async states(): Promise<QueueState[]> {
    this.queues.assertReachable();
    const dead = await this.letters.counts();
    try {
      return await Promise.all(QUEUE_NAMES.map((queue) => this.state(queue, dead.get(queue) ?? 0)));
    } catch (error) {
      throw this.queues.reachable() ? error : this.queues.unavailable(error);
    }
  }

  private async state(queue: QueueName, dead: number): Promise<QueueState> {
    const bull = this.queues.get(queue);
    const [{ waiting, active, delayed }, held, workers, oldest] = await Promise.all([
      this.queues.depth(queue),
      this.queues.scripts.held(queue),
      bull.getWorkersCount(),
      bull.getJobs(['waiting', 'prioritized'], 0, 0, true),
    ]);
    const since = Math.min(...oldest.map(({ timestamp }) => timestamp), Date.now());
    const oldestSeconds = Math.round((Date.now() - since) / 1000);
    return { queue, waiting, active, delayed, held, dead, oldestSeconds, workers };
  }
}

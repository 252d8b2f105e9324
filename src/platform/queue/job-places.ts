import type { QueuePolicy } from './queues.js';

/** Handlers that take less than the first on average are short, and are no longer when they take more than the second. */
const SHORT_MS = 2;
const LONG_MS = 3;
/** What one handler weighs in that, and the most it counts for: a pause of this process makes none long. */
const WEIGHT = 1 / 16;
const MOST_MS = 6;
/** While they are, so many jobs are taken for each place: a worker asks its queue that much less often. */
const EACH = 8;
/** In all, where that is more than there are places. */
const AT_MOST = 50;
/** When no place has become free for so long, they are not, whatever the average says. */
const PATIENCE_MS = 50;
/** How long no job is taken ahead after one whose process died. */
const CAREFUL_MS = 60_000;

/**
 * The places of one queue in this process: so many handlers run at once. As long as they are short, more jobs are taken than
 * run, and wait here for a place; when they no longer are, those go back to the front of their queue. Nothing is taken ahead
 * for a single place, which keeps the order of its queue, and where a queue has a rate, which counts what is taken.
 */
export class JobPlaces {
  private free: number;
  private readonly count: number;
  private readonly mayTakeAhead: boolean;
  private average = MOST_MS;
  private ahead = false;
  private carefulUntil = 0;
  private waiting: ((entered: boolean) => void)[] = [];
  private patience: NodeJS.Timeout | undefined;

  /** `take` is told how many jobs to hold from now on, those that run included. */
  constructor(
    { concurrency, perSecond }: Pick<QueuePolicy, 'concurrency' | 'perSecond'>,
    private readonly take: (jobs: number) => void,
  ) {
    this.free = this.count = concurrency;
    this.mayTakeAhead = concurrency > 1 && perSecond === undefined;
  }

  /** Runs `handler` in a place as soon as one is free; false where none became free, and the job has to go back. */
  async run(handler: () => Promise<void>): Promise<boolean> {
    if (this.free > 0) this.free--;
    else if (!(await this.place())) return false;
    const from = performance.now();
    try {
      await handler();
    } finally {
      this.leave(from, performance.now());
    }
    return true;
  }

  /** A process died of a job, or beside it. Should it happen again, as few others as can be are lost with it. */
  beCareful(): void {
    this.carefulUntil = performance.now() + CAREFUL_MS;
    this.giveBack();
  }

  private place(): Promise<boolean> {
    this.patience ??= setTimeout(() => {
      this.giveBack();
    }, PATIENCE_MS);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private leave(from: number, now: number): void {
    const next = this.waiting.shift();
    this.average += (Math.min(now - from, MOST_MS) - this.average) * WEIGHT;
    if (this.average > LONG_MS && this.ahead) this.giveBack();
    else if (this.average < SHORT_MS && now >= this.carefulUntil && this.mayTakeAhead) this.takeAhead(true);
    if (!next) this.free++;
    else if (this.waiting.length > 0) this.patience?.refresh();
    else this.stopTimer();
    next?.(true);
  }

  /** The last that came goes first: each is put before those that wait in the queue. */
  private giveBack(): void {
    this.stopTimer();
    this.average = MOST_MS;
    this.takeAhead(false);
    const back = this.waiting.reverse();
    this.waiting = [];
    for (const next of back) next(false);
  }

  private stopTimer(): void {
    clearTimeout(this.patience);
    this.patience = undefined;
  }

  private takeAhead(ahead: boolean): void {
    if (ahead === this.ahead) return;
    this.ahead = ahead;
    this.take(ahead ? Math.max(this.count, Math.min(this.count * EACH, AT_MOST)) : this.count);
  }
}

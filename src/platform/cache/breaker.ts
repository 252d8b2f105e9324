import { EventEmitter } from 'node:events';

export class BreakerOpenError extends Error {
  override readonly name = 'BreakerOpenError';
}

export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Bounds what a failing dependency costs: a call gets `deadlineMs`, the first that fails opens the breaker, and while
 * it is open calls fail at once. Recovery is tried by `probe` in the background, never on a caller's time.
 */
export class Breaker extends EventEmitter<{ open: [unknown]; close: [] }> {
  private pauseMs = FIRST_PAUSE_MS;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly deadlineMs: number,
    private readonly probe: () => Promise<unknown>,
  ) {
    super();
  }

  get isOpen(): boolean {
    return this.timer !== undefined;
  }

  /** @throws BreakerOpenError, DeadlineError, or what the call throws */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.isOpen) throw new BreakerOpenError('skipped while the breaker is open');
    try {
      return await within(this.deadlineMs, call());
    } catch (error) {
      this.trip(error);
      throw error;
    }
  }

  /** Resolves as soon as the breaker is closed. */
  async closed(): Promise<void> {
    if (this.isOpen) await new Promise<void>((resolve) => this.once('close', resolve));
  }

  /** Opens the breaker from outside, e.g. when the connection tells of its end. */
  trip(cause: unknown): void {
    if (this.isOpen) return;
    this.pauseMs = FIRST_PAUSE_MS;
    this.retryLater();
    this.emit('open', cause);
  }

  /** Tries at once, e.g. when the connection tells that it is there. */
  async retryNow(): Promise<void> {
    if (!this.isOpen) return;
    clearTimeout(this.timer);
    await this.retry();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private retryLater(): void {
    this.timer = setTimeout(() => void this.retry(), this.pauseMs).unref();
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
  }

  private async retry(): Promise<void> {
    try {
      await within(this.deadlineMs * 10, this.probe());
      this.timer = undefined;
      this.emit('close');
    } catch {
      this.retryLater();
    }
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DeadlineError(`no answer within ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

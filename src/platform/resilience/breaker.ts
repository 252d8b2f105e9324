import { EventEmitter } from 'node:events';
import { within } from './within.js';

export class BreakerOpenError extends Error {
  override readonly name = 'BreakerOpenError';
}

export interface BreakerOptions {
  /** What one call may cost its caller. */
  deadlineMs: number;
  /** So many failures in a row open it. */
  failures: number;
  /** Pause before the first probe; each further one doubles it, up to `longestPauseMs`. */
  pauseMs: number;
  longestPauseMs: number;
}

/**
 * Bounds what a failing dependency costs: a call gets `deadlineMs`, failures in a row open the breaker, and while it is
 * open calls fail at once. Recovery is tried by `probe` in the background, never on a caller's time.
 */
export class Breaker extends EventEmitter<{ open: [unknown]; close: [] }> {
  private failed = 0;
  private pauseMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private open = false;
  private stopped = false;

  constructor(
    private readonly options: BreakerOptions,
    private readonly probe: () => Promise<unknown>,
  ) {
    super();
  }

  get isOpen(): boolean {
    return this.open || this.stopped;
  }

  /** @throws BreakerOpenError, DeadlineError, or what the call throws */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.isOpen) throw new BreakerOpenError('skipped while the breaker is open');
    try {
      const result = await within(this.options.deadlineMs, call());
      this.failed = 0;
      return result;
    } catch (error) {
      if (++this.failed >= this.options.failures) this.trip(error);
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
    this.open = true;
    this.pauseMs = this.options.pauseMs;
    this.retryLater();
    this.emit('open', cause);
  }

  /** Tries at once, e.g. when the connection tells that it is there. */
  async retryNow(): Promise<void> {
    if (!this.open || this.stopped) return;
    clearTimeout(this.timer);
    await this.retry();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private retryLater(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.retry(), this.pauseMs).unref();
    this.pauseMs = Math.min(this.pauseMs * 2, this.options.longestPauseMs);
  }

  private async retry(): Promise<void> {
    try {
      await within(this.options.deadlineMs * 10, this.probe());
      this.open = false;
      this.failed = 0;
      this.emit('close');
    } catch {
      this.retryLater();
    }
  }
}

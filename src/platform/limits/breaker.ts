import { EventEmitter } from 'node:events';

/** A single late answer is this process being busy; three in a row are the server. */
const FAILURES = 3;
const PROBE_EVERY_MS = 250;

/**
 * Decides whether the shared limiter is asked at all. Opens on three failures in a row or when the connection ends;
 * while it is open a probe in the background, never a request, finds out when to close it.
 */
export class LimiterBreaker extends EventEmitter<{ open: [unknown]; close: [] }> {
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly deadlineMs: number,
    private readonly probe: () => Promise<unknown>,
  ) {
    super();
  }

  get isOpen(): boolean {
    return this.timer !== undefined || this.stopped;
  }

  /** Runs a call within the deadline. @throws what the call throws, or an error when it is late */
  async run<T>(call: () => Promise<T>): Promise<T> {
    try {
      const result = await within(this.deadlineMs, call());
      this.failures = 0;
      return result;
    } catch (error) {
      if (++this.failures >= FAILURES) this.trip(error);
      throw error;
    }
  }

  trip(cause: unknown): void {
    if (this.isOpen) return;
    this.retryLater();
    this.emit('open', cause);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private retryLater(): void {
    this.timer = setTimeout(() => void this.retry(), PROBE_EVERY_MS).unref();
  }

  private async retry(): Promise<void> {
    try {
      await within(this.deadlineMs, this.probe());
      this.timer = undefined;
      this.failures = 0;
      this.emit('close');
    } catch {
      if (!this.stopped) this.retryLater();
    }
  }
}

/**
 * Rejects when the work takes longer than `ms`. Timers fire before sockets are read: when this process was busy the
 * answer may lie there already, so one turn of the event loop is granted after the deadline.
 */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      setImmediate(() => {
        setImmediate(() => {
          reject(new Error(`no answer within ${ms} ms`));
        });
      });
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

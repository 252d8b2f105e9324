/** Small enough that one script call does not hold up the server's others. */
const MOST_AT_ONCE = 500;

interface Batch<Input, Output> {
  input: Input;
  waiting: { resolve: (output: Output) => void; reject: (error: unknown) => void }[];
}

/**
 * Sends the equal calls of one turn of the event loop as one: the more calls come in, the less each costs, and none
 * waits for more than what the process has read from its sockets already.
 */
export class Gatherer<Input, Output> {
  private batches = new Map<string, Batch<Input, Output>>();

  /** `send` gives the outputs of `count` equal calls, in order. */
  constructor(private readonly send: (input: Input, count: number) => Promise<Output[]>) {}

  /** `name` tells calls with another input apart. */
  call(name: string, input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      const batch = this.batches.get(name);
      if (batch && batch.waiting.length < MOST_AT_ONCE) {
        batch.waiting.push({ resolve, reject });
        return;
      }
      if (this.batches.size === 0)
        setImmediate(() => {
          this.flush();
        });
      if (batch) void this.settle(batch);
      this.batches.set(name, { input, waiting: [{ resolve, reject }] });
    });
  }

  private flush(): void {
    const { batches } = this;
    this.batches = new Map();
    for (const batch of batches.values()) void this.settle(batch);
  }

  private async settle({ input, waiting }: Batch<Input, Output>): Promise<void> {
    try {
      const outputs = await this.send(input, waiting.length);
      waiting.forEach(({ resolve, reject }, n) => {
        const output = outputs[n];
        if (output === undefined) reject(new Error('a call was left without an answer'));
        else resolve(output);
      });
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}

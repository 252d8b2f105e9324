import { setImmediate } from 'node:timers/promises';

interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

interface Options {
  /** Items of one call. */
  atMost?: number;
  /** Before each call, whether to wait for all who ask in this turn of the event loop. */
  wholeTurn?: boolean;
  /** Calls under way at the same time. */
  atOnce?: number;
}

/**
 * Joins what is asked for while an answer is under way into one call: under load a command a hundred jobs, alone a
 * command a job without delay.
 */
export class Batcher<Item, Answer> {
  private waiting: Waiting<Item, Answer>[] = [];
  private underWay = 0;

  /** `work` gives the answers in the order of its items; its failure is the failure of each. */
  constructor(
    private readonly work: (items: Item[]) => Promise<Answer[]>,
    private readonly options: Options = {},
  ) {}

  ask(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.underWay < (this.options.atOnce ?? 1)) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    const { atMost = 200, wholeTurn = false } = this.options;
    this.underWay++;
    await Promise.resolve(); // what is asked for in this very turn comes along
    while (this.waiting.length > 0) {
      if (wholeTurn) await setImmediate();
      const batch = this.waiting.splice(0, atMost);
      if (batch.length === 0) break; // another call took them along
      try {
        const answers = await this.work(batch.map(({ item }) => item));
        for (const [at, { resolve }] of batch.entries()) resolve(answers[at] as Answer);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.underWay--;
  }
}

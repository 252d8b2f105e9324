import { setTimeout as sleep } from 'node:timers/promises';

interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/**
 * Joins what is asked for while an answer is under way into one call: under load a command a hundred jobs, alone a
 * command a job without delay. Where nobody is kept waiting, `gatherMs` is waited for others before each call.
 */
export class Batcher<Item, Answer> {
  private waiting: Waiting<Item, Answer>[] = [];
  private busy = false;

  /** `work` gives the answers in the order of its items; its failure is the failure of each. */
  constructor(
    private readonly work: (items: Item[]) => Promise<Answer[]>,
    private readonly atMost = 200,
    private readonly gatherMs = 0,
  ) {}

  ask(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.busy) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.busy = true;
    await Promise.resolve(); // what is asked for in this very turn comes along
    while (this.waiting.length > 0) {
      if (this.gatherMs > 0) await sleep(this.gatherMs);
      const batch = this.waiting.splice(0, this.atMost);
      try {
        const answers = await this.work(batch.map(({ item }) => item));
        for (const [at, { resolve }] of batch.entries()) resolve(answers[at] as Answer);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.busy = false;
  }
}

import { join } from 'node:path';
import type { Cores } from '../servers/cores.ts';
import type { LoadRequest, Sample, Variant } from './case.ts';
import { LoadProcess } from './load-process.ts';

/** What the load process is told. */
export interface LoadJob {
  readonly baseUrl: string;
  readonly pid: number;
  readonly requests: readonly LoadRequest[];
  readonly status: number;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadAnswer {
  sample: Sample;
}

const LONGEST_SECONDS = 16;

/** The load generator. */
export class LoadGenerator {
  readonly #process: LoadProcess<LoadJob, LoadAnswer>;

  constructor(cores: Cores) {
    this.#process = new LoadProcess(cores, join(import.meta.dirname, 'load.child.ts'));
  }

  /**
   * Keeps `connections` connections busy for `seconds`; longer when nothing was answered, as on a cold server or an
   * overloaded machine.
   * @throws Error when an answer had another status, or a connection failed: the figures would mean nothing
   */
  async run(variant: Variant, connections: number, seconds: number): Promise<Sample> {
    const { baseUrl, pid, requests, status } = variant;
    for (let time = seconds; time <= LONGEST_SECONDS; time *= 2) {
      const job = { baseUrl, pid, requests, status, connections, seconds: time };
      const { sample } = await this.#process.ask(job).catch((cause: Error) => {
        throw new Error(`${variant.name}: ${cause.message}`, { cause });
      });
      if (sample.requests > 0) return sample;
    }
    throw new Error(`${variant.name}: no answer at all`);
  }

  stop(): void {
    this.#process.stop();
  }
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadRequest, Sample, Variant } from './case.ts';
import type { Cores } from '../servers/cores.ts';
import { pinned } from '../servers/cores.ts';

/** What the load process is told. */
export interface LoadJob {
  readonly baseUrl: string;
  readonly pid: number;
  readonly requests: readonly LoadRequest[];
  readonly status: number;
  readonly connections: number;
  readonly seconds: number;
}

export type LoadAnswer = { sample: Sample } | { fault: string };

const LONGEST_SECONDS = 16;

/** The load generator: a process of its own, so that it takes no time from the server or from the conductor. */
export class LoadGenerator {
  readonly #child;
  readonly #gone: Promise<never>;

  constructor(cores: Cores) {
    const [command = process.execPath, ...args] = pinned(cores.others, [process.execPath]);
    this.#child = fork(join(import.meta.dirname, 'load.child.ts'), {
      execPath: command,
      execArgv: [...args, '--disable-warning=ExperimentalWarning'],
    });
    this.#gone = once(this.#child, 'exit').then(() => {
      throw new Error('the load generator ended');
    });
    this.#gone.catch(() => undefined);
  }

  /**
   * Keeps `connections` connections busy for `seconds`; longer when nothing was answered, as on a cold server or an
   * overloaded machine.
   * @throws Error when an answer had another status, or a connection failed: the figures would mean nothing
   */
  async run(variant: Variant, connections: number, seconds: number): Promise<Sample> {
    const { baseUrl, pid, requests, status } = variant;
    for (let time = seconds; time <= LONGEST_SECONDS; time *= 2) {
      const answer = await this.#ask({ baseUrl, pid, requests, status, connections, seconds: time });
      if ('fault' in answer) throw new Error(`${variant.name}: ${answer.fault}`);
      if (answer.sample.requests > 0) return answer.sample;
    }
    throw new Error(`${variant.name}: no answer at all`);
  }

  async #ask(job: LoadJob): Promise<LoadAnswer> {
    const answer = once(this.#child, 'message') as Promise<[LoadAnswer]>;
    this.#child.send(job);
    const [message] = await Promise.race([answer, this.#gone]);
    return message;
  }

  stop(): void {
    this.#child.kill();
  }
}

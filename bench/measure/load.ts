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
  /** Nothing is read from it, so a cold server may also answer nothing. */
  readonly warmUp: boolean;
}

export type LoadAnswer = { sample: Sample } | { fault: string };

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
   * Keeps `connections` connections busy for `seconds`.
   * @throws Error when an answer had another status, or a connection failed: the figures would mean nothing
   */
  async run(variant: Variant, connections: number, seconds: number, warmUp = false): Promise<Sample> {
    const { baseUrl, pid, requests, status } = variant;
    const job: LoadJob = { baseUrl, pid, requests, status, connections, seconds, warmUp };
    const answer = once(this.#child, 'message');
    this.#child.send(job);
    const [message] = (await Promise.race([answer, this.#gone])) as [LoadAnswer];
    if ('fault' in message) throw new Error(`${variant.name}: ${message.fault}`);
    return message.sample;
  }

  stop(): void {
    this.#child.kill();
  }
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { pinned, type Cores } from '../servers/cores.ts';

/** A process that makes load, so that it takes no time from the server or from the conductor: it answers job by job. */
export class LoadProcess<Job extends object, Answer extends object> {
  readonly #child;
  readonly #gone: Promise<never>;

  /** Runs on the cores that are not the server's. */
  constructor(cores: Cores, script: string) {
    const [command = process.execPath, ...args] = pinned(cores.others, [process.execPath]);
    this.#child = fork(script, {
      execPath: command,
      execArgv: [...args, '--disable-warning=ExperimentalWarning'],
    });
    this.#gone = once(this.#child, 'exit').then(() => {
      throw new Error('the process that makes the load ended');
    });
    this.#gone.catch(() => undefined);
  }

  /** @throws Error with the fault it tells of, or when it has ended */
  async ask(job: Job): Promise<Answer> {
    const answer = once(this.#child, 'message') as Promise<[Answer | { fault: string }]>;
    this.#child.send(job);
    const [message] = await Promise.race([answer, this.#gone]);
    if ('fault' in message) throw new Error(message.fault);
    return message;
  }

  stop(): void {
    this.#child.kill();
  }
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pinned, type Cores } from '../servers/cores.ts';
import type { OpenSockets, Reported, ReportPositions, SocketsAnswer } from './load.child.ts';

/** Followers and carriers in a process of their own, on the cores that are not the server's; their sockets stay open. */
export class SocketLoad {
  readonly #child;
  readonly #gone: Promise<never>;

  constructor(cores: Cores) {
    const [command = process.execPath, ...args] = pinned(cores.others, [process.execPath]);
    this.#child = fork(join(import.meta.dirname, 'load.child.ts'), {
      execPath: command,
      execArgv: [...args, '--disable-warning=ExperimentalWarning'],
    });
    this.#gone = once(this.#child, 'exit').then(() => {
      throw new Error('the process with the sockets ended');
    });
    this.#gone.catch(() => undefined);
  }

  /** @throws Error when one of them cannot be opened, or does not follow */
  async open(sockets: OpenSockets): Promise<void> {
    await this.#ask(sockets);
  }

  async report(positions: ReportPositions): Promise<Reported> {
    const answer = await this.#ask(positions);
    if (!('reported' in answer)) throw new Error('nothing was reported');
    return answer.reported;
  }

  /** Ends every socket. */
  stop(): void {
    this.#child.kill();
  }

  async #ask(job: OpenSockets | ReportPositions): Promise<SocketsAnswer> {
    const answer = once(this.#child, 'message') as Promise<[SocketsAnswer]>;
    this.#child.send(job);
    const [message] = await Promise.race([answer, this.#gone]);
    if ('fault' in message) throw new Error(message.fault);
    return message;
  }
}

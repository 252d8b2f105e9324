import { join } from 'node:path';
import { LoadProcess } from '../measure/load-process.ts';
import type { Cores } from '../servers/cores.ts';
import type { OpenSockets, Reported, ReportPositions, SocketsAnswer } from './load.child.ts';

/** Followers and carriers in a process of their own; their sockets stay open. */
export class SocketLoad {
  readonly #process: LoadProcess<OpenSockets | ReportPositions, SocketsAnswer>;

  constructor(cores: Cores) {
    this.#process = new LoadProcess(cores, join(import.meta.dirname, 'load.child.ts'));
  }

  /** @throws Error when one of them cannot be opened, or does not follow */
  async open(sockets: OpenSockets): Promise<void> {
    await this.#process.ask(sockets);
  }

  async report(positions: ReportPositions): Promise<Reported> {
    const answer = await this.#process.ask(positions);
    if (!('reported' in answer)) throw new Error('nothing was reported');
    return answer.reported;
  }

  /** Ends every socket. */
  stop(): void {
    this.#process.stop();
  }
}

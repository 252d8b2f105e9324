import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Frames } from './mongo-frames.js';

/** What the proxy does with the first command that matches: keeps it back, loses the answer to it, or hangs up. */
export type Fault = 'command is lost' | 'answer is lost' | 'connection breaks';

/** Stands between a process and MongoDB and cuts in at one command, so that the process can be killed right there. */
export class MongoProxy {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private trap: { matches: (message: Buffer) => boolean; fault: Fault; sprung: () => void } | undefined;

  private constructor(private readonly target: { host: string; port: number }) {
    this.server = createServer((client) => {
      this.join(client);
    });
  }

  static async to(mongodbUri: string): Promise<MongoProxy> {
    const { hostname, port } = new URL(mongodbUri);
    const proxy = new MongoProxy({ host: hostname, port: Number(port) });
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The same database through the proxy; a direct connection, or the driver would go to the member itself. */
  uri(mongodbUri: string): string {
    const { pathname } = new URL(mongodbUri);
    return `mongodb://127.0.0.1:${(this.server.address() as AddressInfo).port}${pathname}?directConnection=true`;
  }

  /** Cuts in at the next command that holds all these texts; resolves when it has come by. */
  cut(fault: Fault, ...texts: string[]): Promise<void> {
    return new Promise((resolve) => {
      const matches = (message: Buffer) => texts.every((text) => message.includes(text));
      this.trap = { matches, fault, sprung: resolve };
    });
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    const upstream = connect(this.target);
    let mute = false;
    for (const [own, peer] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(own);
      own.on('error', () => own.destroy());
      own.once('close', () => {
        this.sockets.delete(own);
        peer.destroy();
      });
    }
    const frames = new Frames();
    client.on('data', (chunk: Buffer) => {
      for (const message of frames.push(chunk)) {
        const { trap } = this;
        if (!trap?.matches(message)) {
          upstream.write(message);
          continue;
        }
        this.trap = undefined;
        if (trap.fault === 'connection breaks') {
          trap.sprung();
          client.destroy();
          return;
        }
        if (trap.fault === 'command is lost') {
          trap.sprung();
          continue;
        }
        mute = true;
        upstream.once('data', trap.sprung); // it is done there
        upstream.write(message);
      }
    });
    upstream.on('data', (chunk: Buffer) => {
      if (!mute) client.write(chunk);
    });
  }
}

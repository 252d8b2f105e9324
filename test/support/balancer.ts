import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands before instances as a load balancer does: a connection goes to the first of them that takes it. */
export class Balancer {
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => {
    this.keep(socket);
    this.join(socket, [...this.targets]);
  });
  baseUrl = '';

  private constructor(private readonly targets: readonly string[]) {}

  static async start(...targets: string[]): Promise<Balancer> {
    const balancer = new Balancer(targets);
    balancer.server.listen(0, '127.0.0.1');
    await once(balancer.server, 'listening');
    balancer.baseUrl = `http://127.0.0.1:${(balancer.server.address() as AddressInfo).port}`;
    return balancer;
  }

  /** Ends every connection; new ones are taken. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  stop(): void {
    this.cut();
    this.server.close();
  }

  private join(socket: Socket, [target, ...others]: string[]): void {
    if (target === undefined) {
      socket.destroy();
      return;
    }
    const { hostname, port } = new URL(target);
    const there = connect(Number(port), hostname);
    this.keep(there);
    there.once('connect', () => {
      there.once('close', () => socket.destroy());
      socket.once('close', () => there.destroy());
      socket.pipe(there).pipe(socket);
    });
    there.once('error', () => {
      if (there.readyState !== 'open' && there.bytesRead === 0 && there.bytesWritten === 0)
        this.join(socket, others);
    });
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }
}

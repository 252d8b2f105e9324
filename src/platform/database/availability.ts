import { EventEmitter } from 'node:events';
import { mongo } from 'mongoose';
import type { Connection } from 'mongoose';

export type Access = 'read' | 'write';

/** How long a topology may be without a fitting server before requests are refused: a blip is not an outage. */
const GRACE_MS = 300;

/**
 * Knows from the driver's own topology events whether reads and writes can be served now, so that a request can be
 * refused at once instead of waiting for server selection (15 s). Emits `lost` with the kind of access.
 */
export class DatabaseAvailability extends EventEmitter<{ lost: [Access]; back: [Access] }> {
  private readonly state: Record<Access, boolean> = { read: true, write: true };
  private readonly timers = new Map<Access, NodeJS.Timeout>();

  constructor(
    connection: Connection,
    private readonly secondaryReads: boolean,
  ) {
    super();
    const client = connection.getClient();
    client.on('topologyDescriptionChanged', (event) => {
      this.observe(event.newDescription);
    });
  }

  can(access: Access): boolean {
    return this.state[access];
  }

  private observe(topology: mongo.TopologyDescription): void {
    const servers = [...topology.servers.values()];
    const primary = servers.some((server) => server.isWritable);
    this.set('write', primary);
    this.set('read', primary || (this.secondaryReads && servers.some((server) => server.isReadable)));
  }

  private set(access: Access, ok: boolean): void {
    if (ok) {
      clearTimeout(this.timers.get(access));
      this.timers.delete(access);
      if (!this.state[access]) {
        this.state[access] = true;
        this.emit('back', access);
      }
    } else if (this.state[access] && !this.timers.has(access)) {
      const timer = setTimeout(() => {
        this.timers.delete(access);
        this.state[access] = false;
        this.emit('lost', access);
      }, GRACE_MS);
      this.timers.set(access, timer.unref());
    }
  }
}

import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { mongo, Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Metrics } from '../observability/metrics.js';
import { LOGGER } from '../observability/observability.module.js';

export interface PoolFigures {
  /** Open connections, over all servers of the replica set. */
  connections: number;
  inUse: number;
  /** Operations waiting for a connection. */
  waiting: number;
  maxPoolSize: number;
}

/** Counts the pool by the driver's public connection-pool events (CMAP), warns when it runs short. */
@Injectable()
export class PoolMonitor implements OnApplicationBootstrap, OnModuleDestroy {
  private connections = 0;
  private inUse = 0;
  private waiting = 0;
  private timer?: NodeJS.Timeout;

  constructor(
    @InjectConnection() connection: Connection,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.listen(connection.getClient());
    metrics.gauge('mongodb_pool_connections', 'Open connections to MongoDB', () => this.connections);
    metrics.gauge('mongodb_pool_in_use', 'Connections in use', () => this.inUse);
    metrics.gauge('mongodb_pool_waiting', 'Operations waiting for a connection', () => this.waiting);
  }

  figures(): PoolFigures {
    const { maxPoolSize } = this.config.database;
    return { connections: this.connections, inUse: this.inUse, waiting: this.waiting, maxPoolSize };
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.check();
    }, this.config.database.poolCheckMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private listen(client: mongo.MongoClient): void {
    client.on('connectionCreated', () => this.connections++);
    client.on('connectionClosed', () => this.connections--);
    client.on('connectionCheckOutStarted', () => this.waiting++);
    client.on('connectionCheckOutFailed', () => this.waiting--);
    client.on('connectionCheckedOut', () => {
      this.waiting--;
      this.inUse++;
    });
    client.on('connectionCheckedIn', () => this.inUse--);
  }

  private check(): void {
    const { waitQueueWarn, connectionsWarn } = this.config.database;
    if (this.waiting > waitQueueWarn || this.connections > connectionsWarn) {
      this.logger.warn(this.figures(), 'The MongoDB pool runs short');
    }
  }
}

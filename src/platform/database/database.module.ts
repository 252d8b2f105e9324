import { Global, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { getConnectionToken, InjectConnection, MongooseModule } from '@nestjs/mongoose';
import mongoose, { type Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LOGGER } from '../observability/observability.module.js';
import { DatabaseAvailability } from './availability.js';
import { connectOptions } from './connection.js';
import { Leases } from './lease.js';
import { oneBatch } from './one-batch.js';
import { PoolMonitor } from './pool-monitor.js';
import { Transactions } from './transactions.js';

// A filter that came from outside must not carry operators even if a check at the door was forgotten.
mongoose.set('sanitizeFilter', true);
mongoose.set('strictQuery', 'throw');
mongoose.plugin(oneBatch);

/** The one pooled connection every feature shares. */
@Global()
@Module({
  imports: [
    MongooseModule.forRootAsync({
      inject: [CONFIG],
      useFactory: ({ database }: Config) => ({
        uri: database.uri,
        ...connectOptions(database),
        retryAttempts: 0,
      }),
    }),
  ],
  providers: [
    PoolMonitor,
    Transactions,
    Leases,
    {
      provide: DatabaseAvailability,
      inject: [getConnectionToken(), CONFIG],
      useFactory: (connection: Connection, { database }: Config) =>
        new DatabaseAvailability(connection, database.readPreference !== 'primary'),
    },
  ],
  exports: [PoolMonitor, DatabaseAvailability, Transactions, Leases, MongooseModule],
})
export class DatabaseModule implements OnModuleInit {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly availability: DatabaseAvailability,
  ) {}

  onModuleInit(): void {
    this.connection.on('error', (err: Error) => {
      this.logger.error({ err }, 'MongoDB connection error');
    });
    this.connection.on('close', () => {
      this.logger.info('MongoDB connection closed');
    });
    this.availability.on('lost', (access) => {
      this.logger.error({ access }, 'MongoDB is lost; requests that need it answer 503');
    });
    this.availability.on('back', (access) => {
      this.logger.info({ access }, 'MongoDB is back');
    });
  }
}

import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession, Connection } from 'mongoose';

/** Runs a unit of work in one transaction. */
@Injectable()
export class Transactions {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /**
   * Commits what `work` writes with the session it is given, or nothing. Transient conflicts are retried by the
   * driver, so `work` may run more than once; its operations must run one after another, never in parallel.
   */
  run<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
    return this.connection.withSession((session) =>
      session.withTransaction(() => work(session), {
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority' },
        readPreference: 'primary',
      }),
    );
  }
}
